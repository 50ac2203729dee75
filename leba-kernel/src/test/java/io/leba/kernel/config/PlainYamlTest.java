package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainYamlTest {
    /** What the library reads; without value if it refuses the text. */
    private static Optional<RawValue> library(String text) {
        try {
            return YamlText.readAll(text);
        } catch (YamlText.Unreadable e) {
            return Optional.empty();
        }
    }

    private static void isReadAsByTheLibrary(String text) {
        Optional<RawValue> plain = PlainYaml.read(text);
        assertTrue(plain.isPresent(), () -> "is left to the library:\n" + text);
        assertEquals(library(text), plain, text);
    }

    @Test
    void what_configurations_are_made_of_is_plain_and_read_as_the_library_reads_it() {
        isReadAsByTheLibrary("""
                # a comment

                node_id: node1   # another
                frontend_address: ":5000"
                  # one that is indented
                nothing:
                numbers: -5
                path: /var/lib/x y#z
                frontend_services:
                  - {name: web, protocol: http, address: 127.0.0.1, port: 8000, tags: [a, 'b c', {}], none: []}
                  - name:   raw
                    protocol: tcp

                    deep:
                      deeper:
                          deepest: 'it is'
                      again: x
                routing_rules:
                - name: r1
                  hosts:
                  - a.example.com
                  -   "b"
                  path_pattern: "/api/*"
                - {  name: r2 , target: 10.0.0.1:80  }
                last: http://a:b/c?d=e&f
                empty:
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b",
                "a:",
                "a:\n",
                "a:\n- b",
                "a:\n - b\nc:",
                "a:   \n\n\n  b: c\n",
                "a:\n  b:\n  c: d\ne:\n",
                "a: [1, 2]",
                "a: {b: c}   \n   # end",
                "a: {b: {c: [d, {e: f}]}}\n",
                "a: b - c:de\n",
                "a: 'x # y' # z",
                "y: null\nnull: x",
            })
    void short_texts_are_plain_too(String text) {
        isReadAsByTheLibrary(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing",
                "- a",
                "a",
                "a: &x b",
                "a: *x",
                "a: !!str b",
                "a: |\n  b",
                "a: >-\n  b",
                "a: b\n  c",
                "a: b: c",
                "a: 'it''s'",
                "a: \"\\n\"",
                "a: \"b\nc\"",
                "a: [b,\n c]",
                "a: {b}",
                "a: {b: }",
                "a: [b: c]",
                "a: [b c]",
                "a: [b,]",
                "a: \"b\" c",
                "a: \"b\": c",
                "a: b\n---\nc: d",
                "--- a\n",
                "%YAML 1.1\n---\na: b",
                "? a\n: b",
                "<<: {a: b}",
                "\"a\": b",
                "a\t: b",
                "a: \tb",
                "a: b\r\n",
                "a: \u00e9",
                "a: \u2028",
                "a:\n  b: c\n d: e",
                "a:\n - b\n  - c",
                "a: b\n- c",
                "a:\n  - b\n  c: d",
                "a:\n  - - b",
                "a:\n  -\n    b: c",
                " a: b",
                "a: @b",
                "a: ${B}",
                "a: [${B}]",
                "a:b",
                "a: b\nc",
                "a:\n  - b\n - c",
            })
    void all_else_is_left_to_the_library(String text) {
        assertEquals(Optional.empty(), PlainYaml.read(text));
    }

    @Property(tries = 20_000)
    void whatever_is_read_is_what_the_library_reads(@ForAll("lines") String text) {
        Optional<RawValue> plain = PlainYaml.read(text);
        Statistics.label("plain")
                .collect(plain.isPresent())
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 25));
        if (plain.isPresent()) {
            assertEquals(library(text), plain, () -> "\n" + text);
        }
    }

    /** Texts of good shape with a strange value or a wrong indent in about every third. */
    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.randomValue(random -> new Author(random).text());
    }

    /** Writes a text as a careless user would. */
    private static final class Author {
        private static final List<String> GOOD = """
                b
                b c
                5
                -1
                /a/*
                'q'
                "q r"
                a:1
                a#b
                x # c
                x \s
                .5
                -a
                null
                q"r
                a,b
                a]
                {}
                []
                [a, b]
                {a: b}
                {a: b, c: 'd'}
                [{a: b}, [c]]
                { a: 1:2 , b: [ ] }
                [a:b, -1]
                {a: b}  # c
                ""
                ' '
                [ 'a' , "b" ]
                {a: 'b',c: d}
                """.lines().toList();
        private static final List<String> STRANGE = """
                *.a
                - a
                b: c
                b:
                {a}
                [a
                {a: b,}
                {a: b} c
                "a
                'a''b'
                &x a
                *x
                ! a
                |
                >
                a:\s
                : a
                ? a
                -\s
                -
                @
                %
                `
                ,
                [a #b]
                {a: b}: c
                [-]
                [- a]
                {a: -}
                {a:b}
                {a : b}
                [a: b]
                'a' #b
                'a'#b
                "a"b
                <<
                =
                ~
                a\\b
                "\\x41"
                ...
                ---
                [?a]
                {?a: b}
                {a: b:}
                {a: b:, c: d}
                [a,,b]
                [,]
                {,}
                {'a': b}
                [a:]
                [a b]
                {a: b c}
                [a*]
                [a%]
                [1:2]
                [a:/b]
                [-/]
                [/,/]
                {a: [}]
                ${A}
                [${A}]
                '
                [a]b
                {}{}
                [a]: b
                #
                a\tb
                a:\tb
                [a]#b
                """.lines().toList();
        private static final List<String> KEYS = List.of("a", "b-c_d", "5", "true", "x1", "y");
        private static final List<String> STRANGE_KEYS = """
                -
                a b
                <<
                'a'
                - b
                a:b
                ?
                *
                -a
                _a
                """.lines().toList();

        private final Random random;
        private final StringBuilder text = new StringBuilder();

        Author(Random random) {
            this.random = random;
        }

        String text() {
            mapping(0, 0);
            int cut = random.nextInt(10);
            return cut == 0 ? text.substring(0, text.length() - 1) : text.toString();
        }

        private String one(List<String> choices) {
            return choices.get(random.nextInt(choices.size()));
        }

        private boolean rarely() {
            return random.nextInt(40) == 0;
        }

        private String key() {
            return (rarely() ? one(STRANGE_KEYS) : one(KEYS)) + (rarely() ? " :" : ":");
        }

        private String value() {
            return rarely() ? one(STRANGE) : one(GOOD);
        }

        private void indent(int own) {
            if (rarely()) {
                text.append(one(List.of("\n", "# c\n", "   # c\n", "  \n", "---\n", "...\n")));
            }
            text.append(" ".repeat(Math.max(0, own + (rarely() ? random.nextInt(5) - 2 : 0))));
        }

        private void mapping(int own, int depth) {
            int entries = 1 + random.nextInt(3);
            for (int i = 0; i < entries; i++) {
                indent(own);
                entry(own, depth);
            }
        }

        private void entry(int own, int depth) {
            text.append(key());
            int kind = depth > 2 ? 0 : random.nextInt(5);
            if (kind < 3) {
                text.append(rarely() ? "\n" : " ".repeat(1 + random.nextInt(2)) + value() + "\n");
            } else if (kind == 3) {
                text.append(random.nextInt(6) == 0 ? " # c\n" : "\n");
                mapping(own + 1 + random.nextInt(3), depth + 1);
            } else {
                text.append('\n');
                sequence(own + random.nextInt(3), depth + 1);
            }
        }

        private void sequence(int own, int depth) {
            int items = 1 + random.nextInt(3);
            for (int i = 0; i < items; i++) {
                indent(own);
                int gap = 1 + random.nextInt(2);
                text.append('-').append(" ".repeat(gap));
                if (random.nextBoolean()) {
                    text.append(value()).append('\n');
                } else {
                    entry(own + 1 + gap, depth);
                    if (random.nextBoolean()) {
                        mapping(own + 1 + gap, depth + 1);
                    }
                }
            }
        }
    }
}
