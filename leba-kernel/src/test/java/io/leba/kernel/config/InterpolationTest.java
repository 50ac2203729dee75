package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("A", "one", "EMPTY", "", "x.y", "dotted", "SIX", "6");

    @TempDir
    Path directory;

    private String fill(String text) throws Interpolation.Unresolved {
        return new Interpolation(ENVIRONMENT::get).fill(text, directory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "plain => plain",
                "$A $ {A} $ => $A $ {A} $",
                "${A} => one",
                "<${A}-${A}> => <one-one>",
                "${x.y} => dotted",
                "${A:-two} => one",
                "${B:-two} => two",
                "${EMPTY:-two} => two",
                "x${EMPTY}y => xy",
                "x${B:-}y => xy",
                "${B:-a:b-c} => a:b-c",
                "$${A} => ${A}",
                "$${A}${A} => ${A}one",
                "$$${A} => $${A}",
                "a} ${A}} => a} one}",
            })
    void variables_are_filled_in(String text, String expected) throws Interpolation.Unresolved {
        assertEquals(expected, fill(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "${B} => environment variable 'B' is not set; set it, or write ${B:-default}",
                "x ${A => '${' is not closed by '}'; write '$${' for the characters themselves",
                "${} => '${}' is not a variable; write ${NAME}, ${NAME:-default} or ${file:path}, or '$${' for the"
                        + " characters themselves",
                "${1A} => '${1A}' is not a variable; write ${NAME}, ${NAME:-default} or ${file:path}, or '$${' for the"
                        + " characters themselves",
                "${A:-${B}} => '${A:-${B}' is not a variable; write ${NAME}, ${NAME:-default} or ${file:path}, or '$${'"
                        + " for the characters themselves",
                "${file:none} => file 'none' does not exist",
                "${file:.} => file '.' is not a regular file",
            })
    void what_cannot_be_filled_in_is_told(String text, String expected) {
        assertEquals(
                expected,
                assertThrows(Interpolation.Unresolved.class, () -> fill(text)).getMessage());
    }

    @Test
    void a_file_gives_its_text_without_the_last_line_break() throws Exception {
        Files.writeString(directory.resolve("unix"), "one\ntwo\n\n");
        Files.writeString(directory.resolve("windows"), "one\r\n");
        Files.writeString(directory.resolve("none"), "one");
        assertEquals("<one\ntwo\n>", fill("<${file:unix}>"));
        assertEquals("one", fill("${file:windows}"));
        assertEquals("one", fill("${file:" + directory.resolve("none") + "}"));
    }

    @Test
    void a_file_that_is_no_short_text_is_refused() throws IOException {
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 0});
        Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);
        assertEquals(
                "file 'binary' is not text in UTF-8",
                assertThrows(Interpolation.Unresolved.class, () -> fill("${file:binary}"))
                        .getMessage());
        assertEquals(
                "file 'large' is larger than 1 MiB",
                assertThrows(Interpolation.Unresolved.class, () -> fill("${file:large}"))
                        .getMessage());
        assertEquals(
                "'a\\u0000b' is not a file name",
                assertThrows(Interpolation.Unresolved.class, () -> fill("${file:a\0b}"))
                        .getMessage());
    }

    @Test
    void what_is_filled_in_is_read_like_a_plain_scalar_unless_it_is_quoted() {
        MappingNode root = new ConfigLoader(ENVIRONMENT::get)
                .parse("a: ${SIX}\nb: \"${SIX}\"\nc: ${EMPTY}\nd: \"${EMPTY}\"\ne: ${A}\n", "c.yaml")
                .root();
        assertEquals("6", ((ScalarNode) root.value("a").orElseThrow()).text());
        assertEquals(true, ((ScalarNode) root.value("a").orElseThrow()).isPlain());
        assertFalse(((ScalarNode) root.value("b").orElseThrow()).isPlain());
        assertEquals(true, root.value("c").orElseThrow().isNull());
        assertFalse(root.value("d").orElseThrow().isNull());
    }

    @Test
    void keys_and_comments_are_left_alone() {
        MappingNode root = new ConfigLoader(name -> null)
                .parse("${A}: 1 # ${B}\n", "c.yaml")
                .root();
        assertEquals("[${A}]", root.keys().toString());
    }

    @Test
    void what_was_filled_in_is_never_shown() {
        MappingNode root = new ConfigLoader(Map.of("S", "hunter2")::get)
                .parse("a: x${S}y\nb: 'x$${S}'\n", "c.yaml")
                .root();
        assertEquals("the value of 'x${S}y'", root.value("a").orElseThrow().describe());
        assertEquals("a: \"x${S}y\"\nb: \"x$${S}\"\n", YamlWriter.write(root));
    }

    @Test
    void a_broken_value_is_told_once_and_not_bound() {
        record Ports(int a, int b) {}
        Problems problems = new Problems();
        MappingNode root = new ConfigLoader(name -> null)
                .parse("a: ${NOPE}\nb: x\n", "c.yaml", problems)
                .orElseThrow()
                .root();
        new Binder(SlotResolver.NONE).bind(root, Ports.class, problems);
        assertEquals("""
                c.yaml:1:4 a: environment variable 'NOPE' is not set; set it, or write ${NOPE:-default}
                c.yaml:2:4 b: must be a whole number, got 'x'
                2 problems""", problems.toString());
    }
}
