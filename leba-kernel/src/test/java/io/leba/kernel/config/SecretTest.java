package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import io.leba.spi.config.Secret;
import io.leba.spi.health.HealthCheck;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretTest {
    record User(String name, int number) {}

    record Security(
            @Secret @Range(min = "8", max = "64") Optional<String> jwtSecret,
            @Secret Optional<Integer> pin,

            @Secret @Matches(value = "[a-z]*", expected = "lower-case letters")
            Set<String> keys,

            @Secret Map<String, User> users,
            Optional<Integer> port,
            Optional<String> hint) {
        Security {
            if (hint.isPresent()) {
                throw new InvalidConfig("hint", "must not lead to " + jwtSecret.orElse("") + " or " + pin);
            }
        }
    }

    private final Problems problems = new Problems();
    private final Binder binder = new Binder(SlotResolver.NONE);

    private MappingNode parse(String yaml) {
        return new ConfigLoader(Map.of("JWT_SECRET", "hunter2hunter2")::get)
                .parse(yaml, "c.yaml")
                .root();
    }

    private String told(String yaml) {
        binder.bind(parse(yaml), Security.class, problems);
        return String.join("\n", problems.list().stream().map(Problem::toString).toList());
    }

    @Test
    void no_message_quotes_a_secret() {
        String told = told("""
                jwt_secret: hunter2
                pin: hunter3
                keys: [hunter4, hunter4, HUNTER5]
                users: {a: {name: hunter6, number: hunter7}, b: hunter8}
                """);
        assertEquals("""
                c.yaml:1:13 jwt_secret: must have between 8 and 64 characters
                c.yaml:2:6 pin: must be a whole number
                c.yaml:3:8 keys[0]: must be lower-case letters
                c.yaml:3:17 keys[1]: must be lower-case letters
                c.yaml:3:26 keys[2]: must be lower-case letters
                c.yaml:4:36 users.a.number: must be a whole number
                c.yaml:4:49 users.b: must be a mapping with the keys name, number""", told);
        assertFalse(told.toLowerCase(Locale.ROOT).contains("hunter"));
    }

    @Test
    void a_secret_listed_twice_is_not_quoted() {
        assertEquals("c.yaml:1:14 keys[1]: is listed twice; remove one", told("keys: [abcd, abcd]"));
    }

    @Test
    void a_secret_that_a_constructor_quotes_is_replaced() {
        assertEquals(
                "c.yaml:3:7 hint: must not lead to <secret> or Optional[<secret>]",
                told("jwt_secret: '${JWT_SECRET}'\npin: 123456\nhint: x\n"));
    }

    @Test
    void a_short_secret_withholds_the_message_that_quotes_it() {
        assertEquals(
                "c.yaml:2:7 hint: is refused; the reason is withheld, since it quotes a secret",
                told("pin: 1\nhint: x\n"));
    }

    @Test
    void a_wrong_shape_tells_what_it_is_and_no_more() {
        assertEquals("""
                c.yaml:1:13 jwt_secret: must be a text, got a list
                c.yaml:2:6 pin: must be a whole number, got a mapping""", told("jwt_secret: [hunter2]\npin: {a: hunter3}\n"));
    }

    @Test
    void a_record_is_shown_without_its_secrets() {
        Security bound = binder.bind(
                parse("jwt_secret: ${JWT_SECRET}\npin: 123456\nkeys: [a]\nusers: {a: {name: x, number: 1}}\nport: 1\n"),
                Security.class,
                problems);
        assertEquals("""
                jwt_secret: "<secret>"
                pin: "<secret>"
                keys: "<secret>"
                users: "<secret>"
                port: 1
                """, YamlWriter.write(Redaction.of(bound)));
    }

    @Test
    void a_message_of_a_plugin_is_shown_without_the_secrets_it_quotes() {
        binder.bind(
                parse("jwt_secret: ${JWT_SECRET}\nusers: {a: {name: hunter33, number: 1234}}\n"),
                Security.class,
                problems);
        problems.addForeign(Position.NONE, "cannot log in with hunter2hunter2 as hunter33 (1234)");
        assertEquals(
                "cannot log in with <secret> as <secret> (<secret>)",
                problems.list().get(0).message());
    }

    @Test
    void nodes_and_slots_print_no_values() {
        assertEquals("c.yaml:1:1: a mapping", parse("a: [hunter2]").toString());
        Node list = parse("a: [hunter2]").value("a").orElseThrow();
        assertEquals("c.yaml:1:4 a: a list", list.toString());
        assertEquals(
                "c.yaml:1:5 a[0]: a scalar",
                ((SequenceNode) list).items().get(0).toString());
        assertEquals(
                "c.yaml:1:2 x: http",
                new BoundSlot<>(
                                HealthCheck.class,
                                "http",
                                new SlotTarget(User.class, ""),
                                new User("hunter2", 1),
                                new Position("c.yaml", 1, 2, "x"))
                        .toString());
    }

    @Test
    void a_document_is_shown_without_its_secrets_and_with_its_variables() {
        MappingNode root = parse("list: [{jwt_secret: hunter2, port: 1}]\nname: ${JWT_SECRET}\nother: plain\n");
        record Document(List<Security> list, String name, String other) {}
        binder.bind(root, Document.class, problems);
        Node shown = Redaction.of(root, binder.secretPaths());
        assertEquals(Set.of("list[0].jwt_secret"), binder.secretPaths());
        assertEquals("""
                list:
                  - jwt_secret: "<secret>"
                    port: 1
                name: "${JWT_SECRET}"
                other: plain
                """, YamlWriter.write(shown));
        assertEquals(
                "${JWT_SECRET}",
                ((ScalarNode) ((MappingNode) shown).value("name").orElseThrow()).text());
    }
}
