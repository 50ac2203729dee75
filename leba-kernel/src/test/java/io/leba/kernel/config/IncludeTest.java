package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludeTest {
    @TempDir
    Path directory;

    private final Problems problems = new Problems();

    private void file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private ConfigDocument load() {
        return new ConfigLoader(name -> name.equals("PART") ? "part.yaml" : null)
                .load(directory.resolve("config.yaml"), problems)
                .orElseThrow();
    }

    private String told() {
        return problems.list().stream()
                .map(problem -> problem.toString().replace(directory + "/", ""))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void mappings_merge_and_lists_of_a_root_key_follow_each_other() throws IOException {
        file("config.yaml", """
                include: [conf.d/*.yaml, more.yaml]
                node_id: a
                backends:
                  - {port: 1}
                ports: {http: [80]}
                """);
        file("conf.d/20.yaml", "backends:\n  - {port: 3}\nports: {tcp: [1]}\n");
        file("conf.d/10.yaml", "backends:\n  - {port: 2}\nnode_id: a\n");
        file("conf.d/.hidden.yaml", "node_id: hidden\n");
        file("conf.d/other.txt", "node_id: other\n");
        file("more.yaml", "backends:\nports: {http: [80], https: [443]}\nextra: 1\n");
        ConfigDocument document = load();
        assertEquals("", told());
        assertEquals("""
                node_id: a
                backends:
                  - port: 1
                  - port: 2
                  - port: 3
                ports:
                  http:
                    - 80
                  tcp:
                    - 1
                  https:
                    - 443
                extra: 1
                """, YamlWriter.write(document.root()));
        assertEquals(
                Set.of("config.yaml", "conf.d/10.yaml", "conf.d/20.yaml", "more.yaml"),
                document.files().stream()
                        .map(file -> directory.relativize(file).toString())
                        .collect(Collectors.toSet()));
        assertEquals(Set.of(directory.resolve("conf.d")), document.directories());
    }

    @Test
    void a_value_of_an_included_file_knows_that_file_and_its_path_in_the_whole() throws IOException {
        file("config.yaml", "include: conf.d/a.yaml\nbackends: [{port: 1}]\n");
        file("conf.d/a.yaml", "backends:\n  - port: 2\n    cert: ${file:key.pem}\n");
        file("conf.d/key.pem", "secret\n");
        ConfigDocument document = load();
        Node second = ((SequenceNode) document.root().value("backends").orElseThrow())
                .items()
                .get(1);
        assertEquals(
                directory.resolve("conf.d/a.yaml") + ":2:5 backends[1]",
                second.position().toString());
        assertEquals(directory.resolve("conf.d"), second.directory());
        assertEquals(
                "secret", ((ScalarNode) ((MappingNode) second).value("cert").orElseThrow()).text());
        assertTrue(document.files().contains(directory.resolve("conf.d/key.pem")));
    }

    @Test
    void included_files_include_from_their_own_directory() throws IOException {
        file("config.yaml", "include: one/a.yaml\n");
        file("one/a.yaml", "include: ['two/*.yaml']\na: 1\n");
        file("one/two/b.yaml", "b: 2\n");
        assertEquals("a: 1\nb: 2\n", YamlWriter.write(load().root()));
    }

    @Test
    void the_name_may_hold_variables_and_a_pattern_may_match_nothing() throws IOException {
        file("config.yaml", "include: ['${PART}', 'empty/*.yaml']\na: 1\n");
        file("part.yaml", "b: 2\n");
        Files.createDirectories(directory.resolve("empty"));
        assertEquals("a: 1\nb: 2\n", YamlWriter.write(load().root()));
        assertEquals("", told());
    }

    @Test
    void what_is_written_differently_in_two_files_is_a_problem() throws IOException {
        file("config.yaml", "include: b.yaml\nnode_id: a\nports: {http: [80]}\nlimit:\ntls: {key: x}\n");
        file("b.yaml", "node_id: b\nports: {http: [81]}\nlimit: 5\ntls: off\n");
        ConfigDocument document = load();
        assertEquals("""
                b.yaml:1:1 node_id: is written differently in config.yaml:2; write it in one file
                b.yaml:2:9 ports.http: is written differently in config.yaml:3; write it in one file
                b.yaml:4:1 tls: is written differently in config.yaml:5; write it in one file""", told());
        assertEquals("5", ((ScalarNode) document.root().value("limit").orElseThrow()).text());
    }

    @Test
    void what_cannot_be_included_is_told_at_the_include_and_the_rest_is_read() throws IOException {
        file("config.yaml", """
                include:
                  - none.yaml
                  - none/*.yaml
                  - '*/a.yaml'
                  - 'a[.yaml'
                  - {a: b}
                  -
                  - ${NOPE}
                  - "a\\0b"
                  - part.yaml
                  - ./part.yaml
                  - config.yaml
                  - sub
                  - bad.yaml
                  - list.yaml
                a: 1
                """);
        file("part.yaml", "b: 2\n");
        file("bad.yaml", "c: [\n");
        file("list.yaml", "- c\n");
        Files.createDirectories(directory.resolve("sub"));
        ConfigDocument document = load();
        assertEquals("""
                config.yaml:2:5 include[0]: included file 'none.yaml' does not exist
                config.yaml:3:5 include[1]: directory 'none/' does not exist
                config.yaml:4:5 include[2]: only the file name may hold wildcards, got '*/a.yaml'
                config.yaml:5:5 include[3]: 'a[.yaml' is not a pattern such as conf.d/*.yaml
                config.yaml:6:5 include[4]: must be a file name, a pattern such as conf.d/*.yaml, or a list of such, got a mapping
                config.yaml:7:4 include[5]: must be a file name, a pattern such as conf.d/*.yaml, or a list of such, got nothing
                config.yaml:8:5 include[6]: environment variable 'NOPE' is not set; set it, or write ${NOPE:-default}
                config.yaml:9:5 include[7]: is not a file name
                config.yaml:11:5 include[9]: included file './part.yaml' is included twice
                config.yaml:12:5 include[10]: included file 'config.yaml' is included twice
                config.yaml:13:5 include[11]: included file 'sub' is a directory
                bad.yaml:2:1: is not valid YAML: expected a value, but the file ends
                list.yaml:1:1: must be a mapping of keys to values, got a list""", told().replace(directory.toString() + "/", ""));
        assertEquals("a: 1\nb: 2\n", YamlWriter.write(document.root()));
    }

    @Test
    void files_that_include_each_other_come_to_an_end() throws IOException {
        file("config.yaml", "include: a.yaml\n");
        file("a.yaml", "include: config.yaml\na: 1\n");
        assertEquals("a: 1\n", YamlWriter.write(load().root()));
        assertEquals("a.yaml:1:10 include: included file 'config.yaml' is included twice", told());
    }

    @Test
    void a_new_text_of_a_file_is_read_as_if_it_stood_there_already() throws IOException {
        file("config.yaml", "node_id: [");
        file("part.yaml", "backends: [{port: 2}]\n");
        file("loop.yaml", "include: config.yaml\n");
        ConfigLoader loader = new ConfigLoader(name -> null);
        Path config = directory.resolve("config.yaml");
        ConfigDocument document = loader.load(config, "include: part.yaml\nbackends: [{port: 1}]\n");
        assertEquals("""
                backends:
                  - port: 1
                  - port: 2
                """, YamlWriter.write(document.root()));
        assertEquals(Set.of(config, directory.resolve("part.yaml")), document.files());
        assertEquals(
                config + ":2:12",
                assertThrows(ConfigException.class, () -> loader.load(config, "\nnode_id: [{]"))
                        .problems()
                        .get(0)
                        .position()
                        .toString());
        assertTrue(assertThrows(ConfigException.class, () -> loader.load(config, "include: loop.yaml"))
                .getMessage()
                .contains("included file '" + config + "' is included twice"));
        assertEquals(
                Set.of(directory.resolve("not-there-yet.yaml"), directory.resolve("part.yaml")),
                loader.load(directory.resolve("not-there-yet.yaml"), "include: part.yaml")
                        .files());
    }

    @Test
    void the_number_of_files_is_bounded() throws IOException {
        file("config.yaml", "include: many/*.yaml\n");
        for (int i = 0; i < Reading.MAX_FILES + 5; i++) {
            file("many/" + i + ".yaml", "k" + i + ": 1\n");
        }
        load();
        assertEquals(6, problems.count());
        assertTrue(told().contains("is one file too many; at most 1000 can be included"), told());
    }
}
