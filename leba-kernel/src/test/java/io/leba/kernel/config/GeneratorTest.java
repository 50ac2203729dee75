package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.NoConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    /** {@code -Dleba.golden.write=true} writes the expected files instead of comparing; look at the difference. */
    private static final String WRITE = "leba.golden.write";

    record Undocumented(
            String one, @Doc(" ") String two, @Doc("Fine.") String three) {}

    record BadLiterals(
            @Doc(value = "A number.", example = "x") @Default("y")
            int number,

            @Doc(value = "A list.", example = "[") List<String> list) {}

    private static void isGolden(String name, String actual) throws IOException {
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(
                    Path.of("src/test/resources/io/leba/kernel/config").resolve(name), actual);
        }
        try (InputStream expected = GeneratorTest.class.getResourceAsStream(name)) {
            assertEquals(new String(expected.readAllBytes(), StandardCharsets.UTF_8), actual);
        }
    }

    private static Outline of(Class<? extends Record> root) {
        return new Outline(
                List.of(new Outline.Section("", "Root", "x", List.of(Outline.Part.of("kernel", root)))), List.of());
    }

    @Test
    void the_reference_has_a_table_for_each_record() throws IOException {
        isGolden("reference.md", ReferenceGenerator.markdown(SampleOutline.outline()));
    }

    @Test
    void the_schema_describes_the_whole_document() throws IOException {
        isGolden("schema.json", SchemaGenerator.json(SampleOutline.outline()));
    }

    @Test
    void a_key_without_documentation_stops_both() {
        String expected = "configuration record " + Undocumented.class.getName() + ": " + Undocumented.class.getName()
                + ".one: @Doc is missing\n" + Undocumented.class.getName() + ".two: @Doc is missing";
        assertEquals(
                expected,
                assertThrows(RecordDefect.class, () -> ReferenceGenerator.markdown(of(Undocumented.class)))
                        .getMessage());
        assertEquals(
                expected,
                assertThrows(RecordDefect.class, () -> SchemaGenerator.json(of(Undocumented.class)))
                        .getMessage());
    }

    @Test
    void defaults_and_examples_are_bound() {
        String name = BadLiterals.class.getName();
        assertEquals(
                "configuration record " + name + ": " + name + ".number: @Default must be a whole number, got 'y'\n"
                        + name + ".number: example must be a whole number, got 'x'\n" + name
                        + ".list: example is not YAML",
                assertThrows(RecordDefect.class, () -> ReferenceGenerator.markdown(of(BadLiterals.class)))
                        .getMessage());
    }

    @Test
    void there_is_one_root() {
        assertThrows(IllegalArgumentException.class, () -> new Outline(List.of(), List.of()));
        Outline.Section root = new Outline.Section("", "Root", "x", List.of(Outline.Part.of("kernel", NoConfig.class)));
        assertThrows(IllegalArgumentException.class, () -> new Outline(List.of(root, root), List.of()));
    }
}
