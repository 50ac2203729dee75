package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepeatedReadingTest {
    private static final Path FILE = Path.of("leba.yaml").toAbsolutePath();
    private static final String RULES = """
            node_id: n1
            routing_rules:
              - name: a
                path_pattern: /a
              # a comment
              - name: b
                path_pattern: /b
              - name: c
                path_pattern: /c
            """;

    private final Map<String, String> environment = new HashMap<>();
    private final ConfigLoader loader = new ConfigLoader(environment::get);

    private static List<Node> rules(ConfigDocument document) {
        return ((SequenceNode) document.root().value("routing_rules").orElseThrow()).items();
    }

    /** Everything that a tree says, with all places. */
    private static String told(Node node) {
        String at = "\n" + node.position() + " " + node.directory() + " ";
        if (node instanceof ScalarNode scalar) {
            return at + scalar.text() + " " + scalar.written() + " " + scalar.style();
        }
        StringBuilder text = new StringBuilder(at);
        if (node instanceof SequenceNode sequence) {
            sequence.items().forEach(item -> text.append(told(item)));
        } else {
            ((MappingNode) node)
                    .entries()
                    .forEach((key, entry) ->
                            text.append(key).append(entry.keyPosition()).append(told(entry.value())));
        }
        return text.toString();
    }

    private ConfigDocument read(String text) {
        ConfigDocument document = loader.load(FILE, text);
        assertEquals(
                told(new ConfigLoader(environment::get).load(FILE, text).root()),
                told(document.root()),
                () -> "read for the first time and again differ:\n" + text);
        return document;
    }

    @Test
    void an_item_that_stands_as_it_stood_is_the_same_node_again() {
        List<Node> before = rules(read(RULES));
        List<Node> after = rules(read(RULES.replace("/b", "/x")));
        assertSame(before.get(0), after.get(0));
        assertNotSame(before.get(1), after.get(1));
        assertSame(before.get(2), after.get(2));
    }

    @Test
    void an_item_that_moved_to_another_line_tells_its_new_line() {
        read(RULES);
        List<Node> after =
                rules(read(RULES.replace("  - name: b", "  - name: new\n    path_pattern: /n\n  - name: b")));
        assertEquals(
                "b",
                ((MappingNode) after.get(2))
                        .value("name")
                        .map(Node::describe)
                        .orElseThrow()
                        .replace("'", ""));
        assertEquals(8, after.get(2).position().line());
    }

    @Test
    void a_key_that_is_added_below_the_last_item_belongs_to_it() {
        read(RULES);
        List<Node> after = rules(read(RULES + "    host: example.com\n"));
        assertEquals(3, ((MappingNode) after.get(2)).keys().size());
    }

    @Test
    void a_last_line_that_was_not_ended_may_go_on() {
        String open = RULES.stripTrailing();
        read(open);
        List<Node> after = rules(read(open + "xyz"));
        assertEquals(
                "'/cxyz'",
                ((MappingNode) after.get(2)).value("path_pattern").orElseThrow().describe());
    }

    @Test
    void an_item_without_a_name_is_called_by_its_index() {
        read("list:\n  - a: 1\n  - a: 2\nother:\n  - a: 3\n");
        read("list:\n\n  - a: 2\nother:\n  - a: 3\n");
        read("list:\n  - a: 0\n  - a: 2\n");
    }

    @Test
    void a_variable_is_filled_in_anew() {
        String text = RULES.replace("/b", "/${WHERE}");
        environment.put("WHERE", "here");
        read(text);
        environment.put("WHERE", "there");
        List<Node> after = rules(read(text));
        assertEquals(
                "/there",
                ((ScalarNode) ((MappingNode) after.get(1)).value("path_pattern").orElseThrow()).text());
    }

    @Test
    void items_of_included_files_are_the_same_nodes_too(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("leba.yaml");
        Files.writeString(file, "include: [more.yaml]\n" + RULES);
        Path more = directory.resolve("more.yaml");
        Files.writeString(more, "routing_rules:\n  - name: m\n  - name: n\n");
        List<Node> before = rules(loader.load(file));
        Files.writeString(more, "routing_rules:\n  - name: m\n  - name: o\n");
        List<Node> after = rules(loader.load(file));
        assertEquals(5, after.size());
        assertSame(before.get(0), after.get(0));
        assertSame(before.get(3), after.get(3));
        assertNotSame(before.get(4), after.get(4));
    }

    @Property(tries = 3000)
    void reading_again_is_reading(@ForAll("texts") List<String> texts) {
        texts.forEach(this::read);
    }

    @Provide
    Arbitrary<List<String>> texts() {
        Arbitrary<String> lines = Arbitraries.of(
                "  - name: a\n",
                "  - name: a\n",
                "  - name: b\n    x: 1\n",
                "  - name: b\n    x:\n      y: z\n",
                "  - x: 1\n    name: c\n",
                "  - x: 2\n",
                "  - x: 2\n",
                "  - [1, 2]\n",
                "  - word\n",
                "  - {name: d, x: 'q'}\n",
                "  # comment\n",
                "\n",
                "    # deep comment\n",
                "  - name: $$${V}\n");
        return lines.list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(list -> "first:\n  - name: f\n" + "second:\n  - name: a\n" + String.join("", list) + "last: 1\n")
                .list()
                .ofSize(3);
    }
}
