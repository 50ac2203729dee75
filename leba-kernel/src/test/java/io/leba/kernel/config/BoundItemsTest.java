package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.leba.spi.config.Doc;
import io.leba.spi.config.Secret;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoundItemsTest {
    record Item(
            @Doc("A name.") String name, @Doc("A number.") Optional<Integer> number) {}

    record Hidden(
            @Doc("A name.") String name,
            @Doc("Not shown.") @Secret Optional<String> password) {}

    record All(
            @Doc("Items.") List<Item> items,
            @Doc("Hidden ones.") List<Hidden> hidden) {}

    private static final SlotResolver NOBODY = new SlotResolver() {
        @Override
        public Optional<SlotTarget> resolve(Class<?> product, String type) {
            return Optional.empty();
        }

        @Override
        public List<String> types(Class<?> product) {
            return List.of();
        }
    };

    private final Problems problems = new Problems();
    private final ConfigDocument document = new ConfigLoader()
            .parse("items:\n  - name: a\n  - {name: b, number: 7}\nhidden:\n  - {name: c, password: x}\n", "test");

    private All bind(Binder binder) {
        All all = binder.bind(document.root(), All.class, problems);
        assertEquals(List.of(), problems.list());
        return all;
    }

    @Test
    void an_item_is_bound_to_the_same_record_again() {
        Binder first = new Binder(NOBODY);
        All before = bind(first);
        Binder second = new Binder(NOBODY, first.items());
        All after = bind(second);
        second.items().forgetEarlier();
        assertSame(before.items().get(1), after.items().get(1));
        assertSame(
                before.items().get(0),
                bind(new Binder(NOBODY, second.items())).items().get(0));
    }

    @Test
    void an_item_with_a_secret_is_bound_anew_so_that_the_secret_is_known() {
        Binder first = new Binder(NOBODY);
        All before = bind(first);
        Binder second = new Binder(NOBODY, first.items());
        assertNotSame(before.hidden().get(0), bind(second).hidden().get(0));
        assertEquals(first.secretPaths(), second.secretPaths());
    }

    @Test
    void what_was_bound_for_a_generation_that_is_not_taken_does_not_count() {
        Binder first = new Binder(NOBODY);
        All before = bind(first);
        Binder dropped = new Binder(NOBODY, first.items());
        bind(dropped);
        assertSame(
                before.items().get(0),
                bind(new Binder(NOBODY, first.items())).items().get(0));
    }
}
