package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigLoaderTest {
    private static final ConfigLoader LOADER = new ConfigLoader(name -> null);

    @TempDir
    Path directory;

    private static MappingNode parse(String yaml) {
        return LOADER.parse(yaml, "c.yaml").root();
    }

    private static String problems(String yaml) {
        Problems problems = new Problems();
        LOADER.parse(yaml, "c.yaml", problems);
        return String.join("\n", problems.list().stream().map(Problem::toString).toList());
    }

    private static String places(Node node) {
        String own = node.position() + ": " + node.describe() + "\n";
        if (node instanceof SequenceNode sequence) {
            return own
                    + String.join(
                            "",
                            sequence.items().stream()
                                    .map(ConfigLoaderTest::places)
                                    .toList());
        }
        if (node instanceof MappingNode mapping) {
            StringBuilder text = new StringBuilder(own);
            mapping.entries()
                    .values()
                    .forEach(entry ->
                            text.append(entry.keyPosition()).append(" =\n").append(places(entry.value())));
            return text.toString();
        }
        return own;
    }

    @Test
    void every_key_and_value_knows_its_place_and_path() {
        assertEquals("""
                c.yaml:1:1: a mapping
                c.yaml:1:1 groups =
                c.yaml:2:3 groups: a list
                c.yaml:2:5 groups[api]: a mapping
                c.yaml:2:5 groups[api].name =
                c.yaml:2:11 groups[api].name: 'api'
                c.yaml:3:5 groups[api].tags =
                c.yaml:3:11 groups[api].tags: a list
                c.yaml:3:12 groups[api].tags[0]: 'a'
                c.yaml:3:15 groups[api].tags[1]: 'b'
                c.yaml:4:5 groups[1]: a mapping
                c.yaml:4:5 groups[1].port =
                c.yaml:4:11 groups[1].port: 80
                c.yaml:5:1 ["a b"] =
                c.yaml:5:8 ["a b"]: a mapping
                c.yaml:5:9 ["a b"]["c.d"] =
                c.yaml:5:13 ["a b"]["c.d"]: nothing
                """, places(parse("""
                                groups:
                                  - name: api
                                    tags: [a, b]
                                  - port: 80
                                "a b": {c.d: }
                                """)));
    }

    static List<Arguments> broken() {
        return List.of(
                Arguments.of("", "c.yaml:1:1: is empty; write at least one frontend under frontend_services"),
                Arguments.of(
                        "# nothing\n", "c.yaml:1:1: is empty; write at least one frontend under frontend_services"),
                Arguments.of("---\n", "c.yaml:1:1: is empty; write at least one frontend under frontend_services"),
                Arguments.of(
                        "a: 1\n---\nb: 2\n",
                        "c.yaml:2:1: a second document begins; keep one document a file and join files with 'include'"),
                Arguments.of("- a\n", "c.yaml:1:1: must be a mapping of keys to values, got a list"),
                Arguments.of("words", "c.yaml:1:1: must be a mapping of keys to values, got 'words'"),
                Arguments.of("a:\n\tb: 1\n", "c.yaml:2:1: a tab cannot indent or separate; use spaces"),
                Arguments.of(
                        "a: b: c\n",
                        "c.yaml:1:5: a key cannot stand here; quote a value that holds ': ', or check the indentation"),
                Arguments.of(
                        "a: [1,\n2\n",
                        "c.yaml:3:1: is not valid YAML: expected ',' or ']', but the file ends; see line 1"),
                Arguments.of(
                        "a: {b: ${X}}\n",
                        "c.yaml:1:9: is not valid YAML: expected ',' or '}', got {; inside { } and [ ] a variable needs"
                                + " quotes: \"${NAME}\""),
                Arguments.of("}\n", "c.yaml:1:1: is not valid YAML: expected a value, got }"),
                Arguments.of(
                        ": x\n", "c.yaml:1:1: is not valid YAML: expected the next key or the end of the block, got :"),
                Arguments.of("a: 1\n\"\": 2\n", "c.yaml:2:1 [\"\"]: a key is missing before ':'"),
                Arguments.of("a: 'b\n", "c.yaml:2:1: the file ends inside quotes; close them; see line 1"),
                Arguments.of("a: 'b\n---\n", "c.yaml:2:1: a document ends inside quotes; close them; see line 1"),
                Arguments.of("a: 1\nb\nc: 1\n", "c.yaml:3:1: ':' is missing after a key; see line 2"),
                Arguments.of(
                        "a: \"\\q\"\n",
                        "c.yaml:1:6: unknown escape '\\q' in double quotes; write '\\\\' for a backslash, or use single quotes"),
                Arguments.of("a: @b\n", "c.yaml:1:4: a value cannot begin with '@'; put it in quotes"),
                Arguments.of("a: - b\n", "c.yaml:1:4: '- ' cannot stand here; begin the list on a line of its own"),
                Arguments.of(
                        "a:\n  - b\n c: 1\n", "c.yaml:3:2: the indentation does not fit the lines before; see line 1"),
                Arguments.of("a: &x [*x]\n", "c.yaml:1:8: alias '*x' stands inside its own anchor"),
                Arguments.of("a: *b\n", "c.yaml:1:4: alias '*b' has no anchor before it"),
                Arguments.of("a: !b 1\n", "c.yaml:1:4: tag '!b' is not supported; write the value without it"),
                Arguments.of(
                        "a: !!java.net.URL [x]\n",
                        "c.yaml:1:4: tag 'tag:yaml.org,2002:java.net.URL' is not supported; write the value without it"),
                Arguments.of("? [a]\n: b\n", "c.yaml:1:3: a key must be a word, not a mapping or a list"),
                Arguments.of(
                        "%\n", "c.yaml:1:2: is not valid YAML: expected alphabetic or numeric character, got \\n(10)"),
                Arguments.of("a: &\n", "c.yaml:1:5: is not valid YAML: unexpected character found \\n(10)"),
                Arguments.of(
                        "a: 1\r\nbb: \u0007\n",
                        "c.yaml:2:5: character U+0007 is not allowed; write it as an escape in double quotes"),
                Arguments.of(
                        "a: 1\nb: 2\na: 3\nb: 4\n",
                        "c.yaml:3:1 a: key 'a' is written twice, first in line 1; remove one\n"
                                + "c.yaml:4:1 b: key 'b' is written twice, first in line 2; remove one"),
                Arguments.of(
                        "a:\n  - {name: x, p: 1, p: 2}\n",
                        "c.yaml:2:21 a[x].p: key 'p' is written twice, first in line 2; remove one"),
                Arguments.of(
                        "<<: 1\n", "c.yaml:1:5: '<<' must be followed by an alias of a mapping, or a list of such"),
                Arguments.of(
                        "\"a\" \"b\"\n", "c.yaml:1:5: is not valid YAML: expected the end of the file, got a value"),
                Arguments.of(
                        "a: 1\r\nb: " + "x".repeat(YamlText.MAX_LINE) + "\n",
                        "c.yaml:2:1: the line is longer than 262144 characters"),
                Arguments.of("[".repeat(70), "c.yaml:1:66: is nested deeper than 64 levels"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void what_cannot_be_read_is_told_with_its_place(String yaml, String expected) {
        assertEquals(expected, problems(yaml));
    }

    @Test
    void scalars_stay_the_text_that_was_written() {
        MappingNode root = parse("a: on\nb: 010\nc: 1_000\nd: 12:30\ne: 'x'\nf: !!str 1\ng: |\n  l\n");
        assertEquals(
                List.of("on", "010", "1_000", "12:30", "x", "1", "l\n"),
                root.entries().values().stream()
                        .map(entry -> ((ScalarNode) entry.value()).text())
                        .toList());
        assertEquals(
                List.of(true, true, true, true, false, false, false),
                root.entries().values().stream()
                        .map(entry -> ((ScalarNode) entry.value()).isPlain())
                        .toList());
    }

    @Test
    void only_plain_words_mean_nothing() {
        MappingNode root = parse("a:\nb: null\nc: ~\nd: ''\ne: 'null'\nf: nullo\ng: NULL\n");
        assertEquals(
                List.of("a", "b", "c", "g"),
                root.keys().stream()
                        .filter(key -> root.value(key).orElseThrow().isNull())
                        .toList());
    }

    @Test
    void an_alias_is_the_value_of_its_anchor() {
        MappingNode root = parse("a: &x {b: 1}\nc: *x\nd: &y 2\ne: [*y, *x]\n&k f: *k\n");
        assertEquals(root.value("a"), root.value("c"));
        assertEquals(
                "c.yaml:1:11 c.b",
                ((MappingNode) root.value("c").orElseThrow())
                        .value("b")
                        .orElseThrow()
                        .position()
                        .toString());
        assertEquals("- 2\n- b: 1\n", YamlWriter.write(root.value("e").orElseThrow()));
        assertEquals("f", ((ScalarNode) root.value("f").orElseThrow()).text());
    }

    @Test
    void merged_keys_fill_in_what_is_not_written() {
        MappingNode root = parse("""
                x-one: &one {a: 1, b: 1}
                x-two: &two {<<: *one, b: 2, c: 2}
                one: {b: 3, <<: *one}
                both: {<<: [*two, *one], d: 4}
                quoted: {"<<": 1}
                """);
        assertEquals("""
                one:
                  b: 3
                  a: 1
                both:
                  d: 4
                  b: 2
                  c: 2
                  a: 1
                quoted:
                  "<<": 1
                """, YamlWriter.write(root));
    }

    @Test
    void an_alias_bomb_is_cut_off() {
        StringBuilder values = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        StringBuilder merges = new StringBuilder("a0: &a0 {x: 1}\n");
        for (int i = 1; i < 30; i++) {
            values.append(String.format("a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1));
            merges.append(String.format("a%d: &a%d {<<: [*a%d, *a%d]}\n", i, i, i - 1, i - 1));
        }
        for (String bomb : List.of(values.toString(), merges.toString())) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(10),
                    () -> assertEquals(
                            "c.yaml:1:1: holds more than 500000 values, or nests them deeper than 64 levels, counting every use of an alias",
                            problems(bomb)));
        }
    }

    @Test
    void hostile_shapes_are_read_or_refused_in_time() {
        for (String shape : List.of(
                "[".repeat(1_000_000),
                "- ".repeat(1_000_000),
                "? ".repeat(1_000_000),
                "#\n".repeat(1_000_000),
                "a: &a b\n".repeat(100_000),
                "a:\n" + "  - b\n".repeat(600_000),
                "a: >\n" + " x\n\n".repeat(500_000),
                "\n".repeat(4_000_000),
                (" ".repeat(YamlText.MAX_LINE - 1) + "\n").repeat(15),
                ("a".repeat(YamlText.MAX_LINE - 1) + "\n").repeat(15),
                "a: " + "${A}".repeat(60_000))) {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> problems(shape));
        }
    }

    @Test
    void aliases_cannot_nest_deeper_than_written_values() {
        StringBuilder chain = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 70; i++) {
            chain.append(String.format("a%d: &a%d [*a%d]\n", i, i, i - 1));
        }
        assertEquals(
                "c.yaml:1:1: holds more than 500000 values, or nests them deeper than 64 levels, counting every use of an alias",
                problems(chain.toString()));
        assertEquals(
                "c.yaml:1:1: holds more than 500000 values, or nests them deeper than 64 levels, counting every use of an alias",
                problems(chain.toString().replace("[x]", "{x: 1}").replaceAll("\\[(.a[0-9]+)]", "{<<: $1}")));
    }

    @Test
    void nodes_are_equal_if_they_say_the_same_in_another_place() {
        MappingNode one = parse("a: 1\nb: [x, {c: 'y'}]\n");
        MappingNode other =
                LOADER.parse("\n\nb:\n  - x\n  - c: 'y'\na: 1\n", "d.yaml").root();
        assertEquals(one, other);
        assertEquals(one.hashCode(), other.hashCode());
        assertNotEquals(one, parse("a: 1\nb: [x, {c: 'z'}]\n"));
        assertNotEquals(one, parse("a: 1\nb: [{c: 'y'}, x]\n"));
        assertEquals(parse("a: 1\n"), parse("a: '1'\n"));
        assertNotEquals(parse("a: null\n"), parse("a: 'null'\n"));
    }

    @Test
    void a_file_is_read_from_its_directory() throws IOException {
        Path file = Files.writeString(directory.resolve("config.yaml"), "a: 1\n");
        ConfigDocument document = LOADER.load(file);
        assertEquals(directory, document.root().directory());
        assertEquals(file.toString(), document.root().position().source());
        assertEquals(Set.of(file), document.files());
        assertEquals(Set.of(), document.directories());
    }

    @Test
    void a_file_that_cannot_be_used_is_named_with_the_reason() throws IOException {
        Path missing = directory.resolve("none.yaml");
        assertEquals(missing + ": does not exist", failure(missing));
        assertEquals(directory + ": is a directory", failure(directory));
        Path utf16 = Files.write(directory.resolve("utf16.yaml"), "a: 1\n".getBytes(StandardCharsets.UTF_16));
        assertEquals(utf16 + ":1:1: is written in UTF-16; save it as UTF-8", failure(utf16));
        Path latin = Files.write(
                directory.resolve("latin.yaml"), "a: 1\nb: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(latin + ":2:7: byte 0xe9 is not UTF-8; save the file as UTF-8", failure(latin));
        Path cut = Files.write(directory.resolve("cut.yaml"), new byte[] {'a', ':', ' ', (byte) 0xc3});
        assertEquals(cut + ":1:4: byte 0xc3 is not UTF-8; save the file as UTF-8", failure(cut));
        Path large = directory.resolve("large.yaml");
        Files.write(large, new byte[Reading.MAX_BYTES + 1]);
        assertEquals(large + ": is larger than 16 MiB", failure(large));
    }

    @Test
    void a_byte_order_mark_is_no_content() throws IOException {
        Path file = Files.writeString(directory.resolve("bom.yaml"), "\uFEFFa: 1\n");
        assertEquals(Set.of("a"), LOADER.load(file).root().keys());
    }

    @Test
    void an_exception_carries_all_problems_and_lists_them() {
        ConfigException thrown = assertThrows(ConfigException.class, () -> parse("b: ${B}\na: 1\na: 2\n"));
        assertEquals(2, thrown.problems().size());
        assertEquals("""
                c.yaml:1:4 b: environment variable 'B' is not set; set it, or write ${B:-default}
                c.yaml:3:1 a: key 'a' is written twice, first in line 2; remove one
                2 problems""", thrown.getMessage());
    }

    @Test
    void the_process_environment_is_what_variables_mean() {
        Problems problems = new Problems();
        MappingNode root = new ConfigLoader()
                .parse("path: ${PATH:-none}\n", "c.yaml", problems)
                .orElseThrow()
                .root();
        assertTrue(problems.isEmpty());
        assertFalse(((ScalarNode) root.value("path").orElseThrow()).text().contains("${"));
    }

    private static String failure(Path file) {
        ConfigException thrown = assertThrows(ConfigException.class, () -> LOADER.load(file));
        assertEquals(1, thrown.problems().size());
        return thrown.problems().get(0).toString();
    }
}
