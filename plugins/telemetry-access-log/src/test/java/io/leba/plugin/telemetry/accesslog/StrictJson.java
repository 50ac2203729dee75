package io.leba.plugin.telemetry.accesslog;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a flat JSON object by the letter of RFC 8259: texts and integers, no space, no key twice. */
final class StrictJson {
    private final String text;
    private int at;

    private StrictJson(String text) {
        this.text = text;
    }

    /** The members in order; fails on anything that is not exactly an object, in valid UTF-8, and the end of a line. */
    static Map<String, Object> line(byte[] bytes, int length) {
        try {
            StrictJson json = new StrictJson(StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString());
            Map<String, Object> members = json.object();
            json.expect('\n');
            if (json.at != json.text.length()) {
                throw new AssertionError("more than one line: " + json.text);
            }
            return members;
        } catch (CharacterCodingException e) {
            throw new AssertionError("not UTF-8", e);
        }
    }

    static Map<String, Object> line(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        return line(bytes, bytes.length);
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        expect('{');
        while (text.charAt(at) != '}') {
            if (!members.isEmpty()) {
                expect(',');
            }
            String name = string();
            expect(':');
            if (members.put(name, text.charAt(at) == '"' ? (Object) string() : (Object) number()) != null) {
                throw new AssertionError("twice: " + name);
            }
        }
        expect('}');
        return members;
    }

    private Long number() {
        int start = at;
        while ("-0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return Long.valueOf(text.substring(start, at));
    }

    private String string() {
        StringBuilder value = new StringBuilder();
        expect('"');
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c < 0x20) {
                throw new AssertionError("control character in " + text);
            }
            if (c == '\\') {
                char escaped = text.charAt(at++);
                if (escaped == 'u') {
                    value.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                } else if (escaped == '"' || escaped == '\\') {
                    value.append(escaped);
                } else {
                    throw new AssertionError("escape " + escaped);
                }
            } else {
                value.append(c);
            }
        }
        expect('"');
        return value.toString();
    }

    private void expect(char wanted) {
        if (text.charAt(at++) != wanted) {
            throw new AssertionError("expected " + wanted + " at " + (at - 1) + " in " + text);
        }
    }
}
