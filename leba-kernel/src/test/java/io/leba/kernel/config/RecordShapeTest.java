package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.config.Default;
import io.leba.spi.config.Key;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import io.leba.spi.config.Slot;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Records that break the rules are refused with the rule. */
class RecordShapeTest {
    record Unbound(URI uri) {}

    record Wild(List<?> items) {}

    record IntKeys(Map<Integer, String> map) {}

    record Unordered(Collection<String> items) {}

    record Twofold(Optional<Optional<String>> value) {}

    record Places(List<Position> places) {}

    record BadDefault(@Default("[") List<String> list) {}

    record EmptyRange(@Range int value) {}

    record BadRange(@Range(min = "1s") int value) {}

    record UselessRange(@Range(min = "1") boolean value) {}

    record BadPattern(@Matches(value = "[", expected = "x") String value) {}

    record UselessPattern(
            @Matches(value = "x", expected = "x") int value) {}

    record SameKey(
            @Key("a") String one,
            @Key(value = "b", aliases = "a") String other) {}

    record FlatText(@Flat String value) {}

    record TwoFlat(@Flat Slot<BalancerPolicy> one, @Flat Slot<BalancerPolicy> other) {}

    record FlatType(@Flat Slot<BalancerPolicy> slot, String type) {}

    record FlatOnly(@Flat Slot<BalancerPolicy> slot) {}

    record Typed(String type) {}

    record Recursive(List<Recursive> children, Optional<Recursive> next, Map<String, Recursive> named) {}

    record Deep(List<Map<String, Unbound>> inner) {}

    private static String defect(Class<? extends Record> type) {
        return assertThrows(RecordDefect.class, () -> Binder.check(type))
                .getMessage()
                .replace(RecordShapeTest.class.getName() + "$", "")
                .replace("configuration record ", "");
    }

    @Test
    void types_that_cannot_be_bound_are_refused() {
        assertEquals("Unbound, component uri: type java.net.URI cannot be bound", defect(Unbound.class));
        assertEquals("Wild, component items: type java.util.List<?> cannot be bound", defect(Wild.class));
        assertTrue(defect(IntKeys.class).contains("cannot be bound"));
        assertTrue(defect(Unordered.class).contains("cannot be bound"));
        assertTrue(defect(Twofold.class).contains("cannot be bound"));
        assertTrue(defect(Places.class).contains("cannot be bound"));
        assertEquals("Unbound, component uri: type java.net.URI cannot be bound", defect(Deep.class));
    }

    @Test
    void annotations_that_do_not_fit_are_refused() {
        assertEquals("BadDefault, component list: @Default is not YAML", defect(BadDefault.class));
        assertEquals("EmptyRange, component value: @Range has no bound", defect(EmptyRange.class));
        assertEquals("BadRange, component value: @Range: '1s' is not a whole number", defect(BadRange.class));
        assertEquals("UselessRange, component value: @Range does not apply to this type", defect(UselessRange.class));
        assertEquals(
                "BadPattern, component value: @Matches is not a regular expression: Unclosed character class",
                defect(BadPattern.class));
        assertEquals("UselessPattern, component value: @Matches needs texts", defect(UselessPattern.class));
        assertEquals("SameKey, component other: key 'a' belongs to another component", defect(SameKey.class));
        assertEquals("FlatText, component value: only a Slot can be @Flat", defect(FlatText.class));
        assertEquals("TwoFlat: only one component can be @Flat", defect(TwoFlat.class));
        assertEquals("FlatType: key 'type' belongs to its @Flat slot", defect(FlatType.class));
    }

    @Test
    void a_flat_slot_needs_its_mapping_for_itself() {
        MappingNode node =
                new ConfigLoader(name -> null).parse("type: x", "c.yaml").root();
        assertTrue(assertThrows(
                        RecordDefect.class,
                        () -> new Binder(SlotResolver.NONE).bindAll(node, List.of(FlatOnly.class), "", new Problems()))
                .getMessage()
                .endsWith("@Flat cannot share a mapping with other records"));
    }

    @Test
    void a_provider_cannot_own_the_key_that_names_it() {
        SlotResolver resolver = new SlotResolver() {
            @Override
            public Optional<SlotTarget> resolve(Class<?> product, String type) {
                return Optional.of(new SlotTarget(Typed.class, "x"));
            }

            @Override
            public List<String> types(Class<?> product) {
                return List.of("x");
            }
        };
        MappingNode node =
                new ConfigLoader(name -> null).parse("type: x", "c.yaml").root();
        assertTrue(assertThrows(
                        RecordDefect.class, () -> new Binder(resolver).bind(node, FlatOnly.class, new Problems()))
                .getMessage()
                .endsWith("key 'type' names the provider itself and cannot belong to its record"));
    }

    @Test
    void a_record_whose_package_is_closed_is_told_what_to_open() throws ClassNotFoundException {
        // A record of the JDK that nobody opens to LEBA; it is in 17 and 25.
        Class<? extends Record> closed =
                Class.forName("sun.security.pkcs.SignerInfo$AlgorithmInfo").asSubclass(Record.class);
        assertEquals(
                "sun.security.pkcs.SignerInfo$AlgorithmInfo: cannot be reached; module java.base must open package"
                        + " sun.security.pkcs to module io.leba.kernel",
                defect(closed));
    }

    @Test
    void a_record_inside_itself_is_fine() {
        assertDoesNotThrow(() -> Binder.check(Recursive.class));
        Problems problems = new Problems();
        Recursive bound = new Binder(SlotResolver.NONE)
                .bind(
                        new ConfigLoader(name -> null)
                                .parse("children: [{}, {next: {named: {a: {}}}}]", "c.yaml")
                                .root(),
                        Recursive.class,
                        problems);
        assertEquals(2, bound.children().size());
    }
}
