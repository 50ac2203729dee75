package io.leba.plugin.protocol.http.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.answer.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class HeadScanTest {
    private static final HeadLimits LIMITS = new HeadLimits(4096, 1024, 50);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static int scan(Head head, String text, int step) {
        byte[] all = bytes(text);
        int result = Head.INCOMPLETE;
        for (int i = 0; i < all.length && result == Head.INCOMPLETE; i += step) {
            byte[] part = java.util.Arrays.copyOfRange(all, i, Math.min(all.length, i + step));
            head.append(part, part.length);
            result = head.scan(LIMITS);
        }
        return result;
    }

    private static List<String> fields(Head head) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < head.fieldCount(); i++) {
            fields.add(HeadText.of(head, head.nameStart(i), head.nameEnd(i)) + "="
                    + HeadText.of(head, head.valueStart(i), head.valueEnd(i)));
        }
        return fields;
    }

    @Test
    void every_fragment_size_gives_the_same_head() {
        String text = "OPTIONS /some/longer/path?and=query HTTP/1.1\r\nHost: a\r\nX-Long-Name-With-Digits-123: b\r\n"
                + "Empty:\r\nSpaces:  \t c d \t\r\nContent-Length: 5\r\nx_y.z: \u00e4\u00f6\u00fc\r\n\r\n";
        for (int step = 1; step <= text.length() + 1; step++) {
            RequestHead head = new RequestHead();
            assertEquals(text.length(), scan(head, text + "body!", step), "step " + step);
            assertEquals(
                    List.of(
                            "Host=a",
                            "X-Long-Name-With-Digits-123=b",
                            "Empty=",
                            "Spaces=c d",
                            "Content-Length=5",
                            "x_y.z=\u00e4\u00f6\u00fc"),
                    fields(head));
            assertEquals(null, head.judge());
            assertEquals(Method.OPTIONS, head.method());
            assertEquals(
                    "/some/longer/path",
                    HeadText.of(head, head.line().pathStart(), head.line().pathEnd()));
            assertEquals(5, head.contentLength());
        }
    }

    @Test
    void every_cut_of_a_head_is_incomplete_and_nothing_else() {
        String text = "GET / HTTP/1.1\r\nHost: abcdefgh\r\nAbcdefgh: ijklmnop\r\n\r\n";
        for (int length = 0; length < text.length(); length++) {
            RequestHead head = new RequestHead();
            byte[] part = bytes(text.substring(0, length));
            head.append(part, part.length);
            assertEquals(Head.INCOMPLETE, head.scan(LIMITS), text.substring(0, length));
        }
        String response = "HTTP/1.1 200 OK\r\nAbcdefgh: ijklmnop\r\n\r\n";
        for (int length = 0; length < response.length(); length++) {
            ResponseHead head = new ResponseHead();
            byte[] part = bytes(response.substring(0, length));
            head.append(part, part.length);
            assertEquals(Head.INCOMPLETE, head.scan(LIMITS), response.substring(0, length));
        }
    }

    @Test
    void every_byte_is_judged_at_every_offset_within_a_word() {
        for (int c = 0; c < 256; c++) {
            boolean isToken = "!#$%&'*+-.^_`|~".indexOf(c) >= 0 || c < 128 && Character.isLetterOrDigit(c);
            boolean isValue = c == '\t' || c >= ' ' && c != 0x7f;
            boolean isTarget = c > ' ' && c < 0x7f && c != '#';
            for (int offset = 0; offset < 17; offset++) {
                String filler = "a".repeat(offset);
                char one = (char) c;
                String start = "GET / HTTP/1.1\r\nHost: t\r\n";
                String name = start + "x" + filler + one + filler + ": v\r\n\r\n";
                boolean splits = c == ':';
                assertEquals(isToken || splits, scan(new RequestHead(), name, 100) > 0, "name with " + c);
                String value = start + "n: " + filler + one + filler + "\r\n\r\n";
                assertEquals(isValue, scan(new RequestHead(), value, 100) > 0, "value with " + c);
                String target = "GET /?" + filler + one + filler + " HTTP/1.1\r\nHost: t\r\n\r\n";
                assertEquals(isTarget, scan(new RequestHead(), target, 100) > 0, "target with " + c);
                String phrase = "HTTP/1.1 200 " + filler + one + filler + "\r\n\r\n";
                assertEquals(isValue, scan(new ResponseHead(), phrase, 100) > 0, "phrase with " + c);
            }
        }
    }

    @Test
    void what_fails_fails_at_every_fragment_size_for_the_same_reason() {
        String[][] cases = {
            {"GET / HTTP/1.1\r\nHost: t\r\nA b: c\r\n\r\n", "BAD_FIELD_NAME"},
            {"GET / HTTP/1.1\r\nHost: t\r\n a: c\r\n\r\n", "FOLDED_FIELD"},
            {"GET / HTTP/1.1\r\nHost: t\r\na: c\nb: d\r\n\r\n", "BAD_LINE"},
            {"GET / HTTP/1.1\nHost: t\r\n\r\n", "BAD_LINE"},
            {"GET / HTTP/3.1\r\nHost: t\r\n\r\n", "BAD_VERSION"},
            {"GET /  HTTP/1.1\r\nHost: t\r\n\r\n", "BAD_START_LINE"},
            {"GET /\u0001 HTTP/1.1\r\nHost: t\r\n\r\n", "BAD_TARGET"},
            {"G@T / HTTP/1.1\r\nHost: t\r\n\r\n", "BAD_METHOD"},
            {"GET / HTTP/1.1\r\nHost: t\r\nHost: t\r\n\r\n", "BAD_HOST"},
        };
        for (String[] one : cases) {
            for (int step = 1; step < one[0].length(); step++) {
                RequestHead head = new RequestHead();
                assertEquals(Head.FAILED, scan(head, one[0], step), one[0]);
                assertEquals(Reason.valueOf(one[1]), head.error(), one[0] + " by " + step);
            }
        }
    }

    @Test
    void a_used_head_forgets_everything() {
        RequestHead head = new RequestHead();
        scan(
                head,
                "POST http://a/b HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: 7\r\nVia: x\r\n"
                        + "Expect: 100-continue\r\nUpgrade: x\r\nX-Forwarded-For: y\r\n\r\n",
                7);
        head.judge();
        head.clear();
        scan(head, "GET / HTTP/1.1\r\nHost: b\r\n\r\n", 7);
        assertEquals(null, head.judge());
        Bytes out = new Bytes(16);
        int rest = RequestComposer.compose(
                head, new ForwardStamp("1.2.3.4", true, "v", "1.1", "h", ForwardStamp.Words.X_FORWARDED), null, out);
        assertEquals(
                "GET / HTTP/1.1\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nVia: 1.1 v\r\n"
                        + "X-Forwarded-Host: b\r\n",
                new String(out.array(), 0, out.length(), StandardCharsets.ISO_8859_1));
        assertEquals("Host: b\r\n\r\n", HeadText.of(head, rest, head.end()));
        assertTrue(head.keepsAlive());
        assertEquals(RequestHead.NO_BODY, head.contentLength());
    }

    @Test
    void a_large_head_gives_its_memory_back() {
        RequestHead head = new RequestHead();
        byte[] large = bytes("GET / HTTP/1.1\r\nX: " + "a".repeat(100_000) + "\r\n\r\n");
        head.append(large, large.length);
        assertEquals(large.length, head.scan(new HeadLimits(1 << 20, 100, 10)));
        head.clear();
        assertTrue(head.bytes().length < 10_000);
    }

    @Provide
    Arbitrary<String> heads() {
        Arbitrary<String> pieces = Arbitraries.of(
                "GET / HTTP/1.1\r\n",
                "Host: t\r\n",
                "A",
                "-",
                ":",
                " ",
                "\t",
                "\r\n",
                "\r",
                "\n",
                "\0",
                "Content-Length: 3\r\n",
                "Transfer-Encoding: chunked\r\n",
                "abcdefgh",
                "\u00e9",
                "\u007f",
                "_",
                "x: y\r\n",
                "HTTP/1.1",
                "/",
                "?",
                "%41");
        return pieces.list().ofMaxSize(14).map(list -> String.join("", list));
    }

    private static final Pattern STRICT = Pattern.compile(
            "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32} [\\x21-\\x7e&&[^#]]+ HTTP/1\\.[01]\r\n"
                    + "([!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t\\x20-\\x7e\\x80-\\xff]*\r\n)*\r\n.*",
            Pattern.DOTALL);

    @Property(tries = 5000)
    void nothing_passes_that_the_grammar_does_not_have(@ForAll("heads") String text, @ForAll("steps") int step) {
        for (String start : List.of("", "GET / HTTP/1.1\r\n")) {
            RequestHead head = new RequestHead();
            int result = scan(head, start + text, step);
            if (result > 0) {
                assertTrue(STRICT.matcher(start + text).matches(), start + text);
                assertTrue((start + text).startsWith("\r\n\r\n", result - 4), text);
            }
            RequestHead whole = new RequestHead();
            assertEquals(result, scan(whole, start + text, 10_000), "whole and in pieces");
        }
    }

    @Provide
    Arbitrary<Integer> steps() {
        return Arbitraries.integers().between(1, 40);
    }

    @Property(tries = 3000)
    void arbitrary_bytes_are_survived(@ForAll byte[] random, @ForAll("steps") int step) {
        String text = new String(random, StandardCharsets.ISO_8859_1);
        for (String start : List.of("", "GET /", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: t\r\nX: ")) {
            scan(new RequestHead(), start + text, step);
        }
        for (String start : List.of("", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nX")) {
            scan(new ResponseHead(), start + text, step);
        }
    }
}
