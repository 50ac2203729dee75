package io.leba.plugin.protocol.http.body;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.answer.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ChunkedBodyTest {
    /** What came out, and how it ended. */
    private record Result(int end, String out, int consumed, Reason error) {}

    private static Result feed(String text, int step, boolean strips, long limit) {
        ChunkedBody body = new ChunkedBody();
        body.begin(strips ? ChunkedBody.Form.DATA : ChunkedBody.Form.WHOLE, limit);
        StringBuilder out = new StringBuilder();
        byte[] all = text.getBytes(StandardCharsets.ISO_8859_1);
        int at = 0;
        int end = ChunkedBody.MORE;
        int consumed = 0;
        while (at < all.length && end == ChunkedBody.MORE) {
            int count = Math.min(step, all.length - at);
            ByteBuf buf = Unpooled.buffer(ChunkedBody.PREFIX + count + 16);
            buf.setIndex(ChunkedBody.PREFIX, ChunkedBody.PREFIX).writeBytes(all, at, count);
            boolean needsPrefix = body.needsPrefix();
            end = body.feed(buf, ChunkedBody.PREFIX, buf.writerIndex());
            if (end != ChunkedBody.BAD) {
                assertTrue(needsPrefix || at == 0 || body.outStart() >= ChunkedBody.PREFIX, "room was announced");
                assertTrue(body.outStart() >= 0 && body.outEnd() <= body.consumed(), "in place");
                out.append(buf.toString(body.outStart(), body.outEnd() - body.outStart(), StandardCharsets.ISO_8859_1));
                consumed = at + body.consumed() - ChunkedBody.PREFIX;
            }
            at += count;
        }
        if (end == ChunkedBody.DONE && body.tail() != null) {
            out.append(new String(body.tail().array(), 0, body.tail().length(), StandardCharsets.ISO_8859_1));
        }
        assertEquals(end == ChunkedBody.DONE, body.isDone());
        return new Result(end, out.toString(), consumed, body.error());
    }

    @Test
    void every_fragment_size_gives_the_same_canonical_body() {
        String text =
                "5\r\nhello\r\n00A;ext=\"v\"\r\n0123456789\r\n1\r\n\r\r\n10\r\n0123456789abcdef\r\n000;x\r\nX-A: 1\r\n"
                        + "Host: evil\r\nX-B: 2\r\n\r\nGET /next";
        String canonical =
                "5\r\nhello\r\na\r\n0123456789\r\n1\r\n\r\r\n10\r\n0123456789abcdef\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n";
        int end = text.length() - "GET /next".length();
        for (int step = 1; step <= text.length(); step++) {
            assertEquals(
                    new Result(ChunkedBody.DONE, canonical, end, null), feed(text, step, false, 1000), "by " + step);
            assertEquals(
                    new Result(ChunkedBody.DONE, "hello0123456789\r0123456789abcdef", end, null),
                    feed(text, step, true, 1000),
                    "by " + step);
        }
    }

    @Test
    void a_body_of_nothing_is_complete() {
        for (int step = 1; step < 6; step++) {
            assertEquals(new Result(ChunkedBody.DONE, "0\r\n\r\n", 5, null), feed("0\r\n\r\n", step, false, 0));
            assertEquals(new Result(ChunkedBody.DONE, "", 5, null), feed("0\r\n\r\n", step, true, 0));
        }
    }

    @Test
    void the_limit_counts_data() {
        assertEquals(
                ChunkedBody.DONE,
                feed("5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n", 3, false, 10).end());
        assertEquals(
                Reason.BODY_TOO_LARGE, feed("5\r\nhello\r\n6\r\n", 3, false, 10).error());
        assertEquals(
                Reason.BODY_TOO_LARGE, feed("fffffffffffffff\r\n", 3, false, 10).error());
    }

    @Test
    void sizes_that_add_up_beyond_a_number_are_too_large() {
        String huge = "fffffffffffffff\r\n";
        ChunkedBody body = new ChunkedBody();
        body.begin(ChunkedBody.Form.WHOLE, Long.MAX_VALUE);
        ByteBuf buf = Unpooled.copiedBuffer(huge, StandardCharsets.US_ASCII);
        assertEquals(ChunkedBody.MORE, body.feed(buf, 0, buf.writerIndex()));
    }

    @Test
    void nothing_of_a_size_line_goes_on_before_it_is_complete() {
        assertEquals("5\r\nhello", feed("5\r\nhello\r\n5", 100, false, 100).out());
        assertEquals("5\r\nhello", feed("5\r\nhello\r\n5;ext\r", 1, false, 100).out());
        assertEquals(
                "5\r\nhello", feed("5\r\nhello\r\n0\r\nX: y\r\n", 2, false, 100).out());
        assertEquals("", feed("5;ext\r", 1, false, 100).out());
    }

    @Test
    void extensions_are_bounded_over_the_whole_body() {
        String chunk = "1;" + "x".repeat(200) + "\r\na\r\n";
        assertEquals(
                Reason.BAD_CHUNK, feed(chunk.repeat(100), 1000, false, 100_000).error());
        assertEquals(
                ChunkedBody.MORE, feed(chunk.repeat(50), 1000, false, 100_000).end());
    }

    @Provide
    Arbitrary<String> bodies() {
        Arbitrary<String> pieces = Arbitraries.of(
                "3\r\nabc\r\n",
                "0\r\n",
                "\r\n",
                "1",
                "A",
                "\r",
                "\n",
                ";",
                "x",
                "0",
                "5\r\n12345\r\n",
                "X: y\r\n",
                "\0",
                " ",
                "\u00e9",
                "ffffffffffffffff");
        return pieces.list().ofMaxSize(12).map(list -> String.join("", list));
    }

    private static final Pattern CHUNK =
            Pattern.compile("(0{0,16}[0-9A-Fa-f]{1,15})(;[^\\x00-\\x08\\x0a-\\x1f\\x7f]{0,256})?\r\n");
    private static final Pattern TRAILERS =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t\\x20-\\x7e\\x80-\\xff]*\r\n)*\r\n");

    /** The data if the text begins with a complete body, or null. */
    private static String reference(String text) {
        StringBuilder data = new StringBuilder();
        int at = 0;
        while (true) {
            Matcher line = CHUNK.matcher(text).region(at, text.length());
            if (!line.lookingAt()) {
                return null;
            }
            long size = Long.parseUnsignedLong(line.group(1), 16);
            at = line.end();
            if (size == 0) {
                return TRAILERS.matcher(text).region(at, text.length()).lookingAt() ? data.toString() : null;
            }
            if (at + size + 2 > text.length() || !text.startsWith("\r\n", at + (int) size)) {
                return null;
            }
            data.append(text, at, at + (int) size);
            at += (int) size + 2;
        }
    }

    @Provide
    Arbitrary<Integer> steps() {
        return Arbitraries.integers().between(1, 30);
    }

    @Property(tries = 5000)
    void a_body_is_complete_if_and_only_if_the_grammar_says_so(
            @ForAll("bodies") String text, @ForAll("steps") int step) {
        String expected = reference(text);
        Result stripped = feed(text, step, true, Long.MAX_VALUE);
        assertEquals(expected != null, stripped.end() == ChunkedBody.DONE, text);
        Result kept = feed(text, step, false, Long.MAX_VALUE);
        assertEquals(stripped.end(), kept.end());
        if (expected != null) {
            assertEquals(expected, stripped.out());
            assertEquals(expected, reference(kept.out()), "what goes on says the same");
            assertEquals(kept.out(), feed(kept.out(), 1, false, Long.MAX_VALUE).out(), "and cannot be said shorter");
        }
    }

    @Provide
    Arbitrary<List<String>> data() {
        return Arbitraries.strings()
                .ofMinLength(1)
                .ofMaxLength(40)
                .withCharRange('\0', '\u00ff')
                .list()
                .ofMaxSize(8);
    }

    @Property(tries = 500)
    void any_data_survives(@ForAll("data") List<String> parts, @ForAll("steps") int step) {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            text.append(Integer.toHexString(part.length()))
                    .append("\r\n")
                    .append(part)
                    .append("\r\n");
        }
        text.append("0\r\n\r\n");
        assertEquals(
                String.join("", parts),
                feed(text.toString(), step, true, Long.MAX_VALUE).out());
        assertEquals(
                text.toString(),
                feed(text.toString(), step, false, Long.MAX_VALUE).out());
    }

    @Property(tries = 2000)
    void arbitrary_bytes_are_survived(@ForAll byte[] random, @ForAll("steps") int step) {
        String text = new String(random, StandardCharsets.ISO_8859_1);
        for (String start : List.of("", "5\r\nhello", "0\r\n", "3;")) {
            feed(start + text, step, false, 1000);
            feed(start + text, step, true, 1000);
        }
    }
}
