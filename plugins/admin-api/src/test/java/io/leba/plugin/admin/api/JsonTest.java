package io.leba.plugin.admin.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonTest {
    private record Empty() {}

    private record Sample(String aText, Optional<Integer> maybeNumber, double ratio, Thread.State state) {}

    @Test
    void valuesOfEveryKindAreWritten() {
        assertEquals(
                "{\"a_text\":\"x\",\"maybe_number\":3,\"ratio\":0.5,\"state\":\"NEW\"}",
                Json.of(new Sample("x", Optional.of(3), 0.5, Thread.State.NEW)));
        assertEquals(
                "{\"a_text\":null,\"maybe_number\":null,\"ratio\":null,\"state\":null}",
                Json.of(new Sample(null, Optional.empty(), Double.NaN, null)));
        assertEquals(
                "[true,1,\"a\",[],{},{}]", Json.of(Arrays.asList(true, 1L, "a", List.of(), Map.of(), new Empty())));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", 1);
        map.put("b\"", List.of(2));
        assertEquals("{\"a\":1,\"b\\\"\":[2]}", Json.of(map));
    }

    @Test
    void unpairedSurrogatesAreReplacedAndPairsKept() {
        assertEquals("\"\ufffd\ufffdx\ud83d\ude00\"", Json.of("\ud83d\ud83dx\ud83d\ude00"));
        assertEquals("\"\ufffd\"", Json.of("\ud800"));
    }

    @Property
    void aTextIsReadBackAsItWas(@ForAll String text) {
        assertEquals(wellFormed(text), parse(Json.of(text)));
    }

    private static String wellFormed(String text) {
        return new String(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_16BE), java.nio.charset.StandardCharsets.UTF_16BE);
    }

    /** A reader of JSON strings by the letter of RFC 8259 §7. */
    private static String parse(String json) {
        StringBuilder text = new StringBuilder();
        assertEquals('"', json.charAt(0));
        int i = 1;
        while (json.charAt(i) != '"') {
            char c = json.charAt(i++);
            if (c < 0x20) {
                throw new AssertionError("control character in " + json);
            }
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escape = json.charAt(i++);
            if (escape == 'u') {
                text.append((char) Integer.parseInt(json.substring(i, i + 4), 16));
                i += 4;
            } else {
                assertEquals(0, "\"\\".replace(String.valueOf(escape), "").length() - 1);
                text.append(escape);
            }
        }
        assertEquals(json.length() - 1, i);
        return text.toString();
    }
}
