package io.leba.plugin.telemetry.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class JsonLineTest {
    private final JsonLine line = new JsonLine();

    @Property
    void whatIsWrittenIsReadBack(
            @ForAll @StringLength(max = 300) String first,
            @ForAll long number,
            @ForAll @StringLength(max = 300) String second) {
        line.begin();
        line.text("a", first);
        line.number("n", number);
        line.text("b", second);
        line.end();
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("a", wellFormed(first));
        expected.put("n", number);
        expected.put("b", wellFormed(second));
        assertEquals(expected, read());
    }

    @Property(tries = 200)
    void aLineIsValidAndBoundedHoweverLongItsFieldsAre(
            @ForAll @Size(min = 1, max = 12) List<@StringLength(max = 40) String> texts) {
        line.begin();
        for (int i = 0; i < texts.size(); i++) {
            line.text("field" + i, texts.get(i).repeat(200));
        }
        line.number("last", 1);
        line.end();
        assertTrue(line.length() <= JsonLine.MAX_LINE);
        read();
    }

    @Test
    void everyCharacterOfTheBasicPlaneSurvives() {
        for (int c = 0; c < 0x10000; c++) {
            String text = "<" + (char) c + ">";
            line.begin();
            line.text("t", text);
            line.end();
            assertEquals(wellFormed(text), read().get("t"));
        }
    }

    @Test
    void aLongTextIsCutAndSaysSo() {
        line.begin();
        line.text("t", "x".repeat(100_000));
        line.number("after", 7);
        line.end();
        Map<String, Object> members = read();
        assertEquals("x".repeat(JsonLine.MAX_TEXT) + "\u2026", members.get("t"));
        assertEquals(7L, members.get("after"));
    }

    @Test
    void aFieldThatDoesNotFitIsLeftOutAsAWhole() {
        line.begin();
        for (int i = 0; i < 4; i++) {
            line.text("t" + i, "x".repeat(100_000));
        }
        line.number("after", 7);
        line.end();
        assertEquals(List.of("t0", "t1", "t2", "after"), List.copyOf(read().keySet()));
    }

    @Test
    void theExtremesOfNumbersAreWritten() {
        line.begin();
        line.number("min", Long.MIN_VALUE);
        line.number("max", Long.MAX_VALUE);
        line.number("zero", 0);
        line.number("minus", -1);
        line.end();
        assertEquals(
                "{\"min\":-9223372036854775808,\"max\":9223372036854775807,\"zero\":0,\"minus\":-1}\n",
                new String(line.bytes(), 0, line.length(), StandardCharsets.US_ASCII));
    }

    @Test
    void anEmptyObjectIsALine() {
        line.begin();
        line.end();
        assertEquals(Map.of(), read());
    }

    private Map<String, Object> read() {
        return StrictJson.line(line.bytes(), line.length());
    }

    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
    }
}
