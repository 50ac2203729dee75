package io.leba.plugin.filter.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.config.ByteSize;
import io.leba.spi.config.InvalidConfig;
import io.leba.testkit.TestScope;
import io.leba.testkit.http.ScriptedExchange;
import io.leba.testkit.http.ScriptedRequest;
import io.leba.testkit.http.ScriptedResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompressionTest {
    private final TestScope scope = new TestScope("test.compression", 1);
    private final Compression filter = new Compression(
            new CompressionConfig(List.of("text/*", "application/*+json"), new ByteSize(100), 4), scope);

    @AfterEach
    void close() {
        scope.close();
    }

    private static ScriptedExchange asking() {
        return ScriptedExchange.of(ScriptedRequest.of("GET", "/").with("Accept-Encoding", "gzip"));
    }

    private static ScriptedResponse response(int status, String... fields) {
        ScriptedResponse response = ScriptedResponse.of(status);
        response.removeHeader("Content-Type");
        for (int i = 0; i < fields.length; i += 2) {
            response.with(fields[i], fields[i + 1]);
        }
        return response;
    }

    private List<String> after(ScriptedExchange exchange, ScriptedResponse response) {
        exchange.request(filter);
        List<String> fields = exchange.response(filter, response).fields();
        assertEquals(
                fields.contains("Content-Encoding: gzip"),
                filter.wantsResponseBody(exchange),
                "what the head says is what becomes of the body");
        exchange.complete(filter);
        return fields;
    }

    @Test
    void theHeadSaysWhatBecomesOfTheBody() {
        assertEquals(
                List.of("Content-Type: text/html", "Vary: Accept-Encoding", "Content-Encoding: gzip", "ETag: W/\"a\""),
                after(
                        asking(),
                        response(
                                200,
                                "Content-Type",
                                "text/html",
                                "Accept-Ranges",
                                "bytes",
                                "ETag",
                                "\"a\"",
                                "Content-MD5",
                                "x")));
        assertEquals(
                List.of("Content-Type: a", "ETag: \"a\""),
                after(asking(), response(200, "Content-Type", "a", "ETag", "\"a\"")));
    }

    @Test
    void aTagThatIsWeakAndAVaryThatSaysSoStayAsTheyAre() {
        assertEquals(
                List.of(
                        "Content-Type: text/x; a=b",
                        "ETag: W/\"a\"",
                        "Vary: Cookie, ACCEPT-encoding",
                        "Content-Encoding: gzip"),
                after(
                        asking(),
                        response(
                                404,
                                "Content-Type",
                                "text/x; a=b",
                                "ETag",
                                "W/\"a\"",
                                "Vary",
                                "Cookie, ACCEPT-encoding")));
        assertTrue(after(asking(), response(200, "Content-Type", "text/x", "Vary", "X-Accept-Encoding-2"))
                .contains("Vary: Accept-Encoding"));
        assertFalse(after(asking(), response(200, "Content-Type", "text/x", "Vary", "*"))
                .contains("Vary: Accept-Encoding"));
    }

    @Test
    void aClientThatDoesNotAskGetsThePlainBodyAndCachesKnow() {
        ScriptedExchange plain = ScriptedExchange.of(ScriptedRequest.of("GET", "/"));
        assertEquals(
                List.of("Content-Type: text/html", "ETag: \"a\"", "Vary: Accept-Encoding"),
                after(plain, response(200, "Content-Type", "text/html", "ETag", "\"a\"")));
    }

    @Test
    void whatIsNotWorthItOrNotAllowedStays() {
        for (ScriptedResponse stays : List.of(
                response(200, "Content-Type", "image/png"),
                response(200),
                response(204, "Content-Type", "text/html"),
                response(206, "Content-Type", "text/html"),
                response(304, "Content-Type", "text/html"),
                response(200, "Content-Type", "text/html", "Content-Range", "bytes 0-9/10"),
                response(200, "Content-Type", "text/html", "Content-Encoding", "br"),
                response(200, "Content-Type", "text/html", "Content-Length", "99"),
                response(200, "Content-Type", "text/html", "Cache-Control", "max-age=1, No-Transform"))) {
            List<String> before = stays.fields();
            assertEquals(before, after(asking(), stays));
        }
        assertTrue(after(asking(), response(200, "Content-Type", "application/a+json", "Content-Length", "100"))
                .contains("Content-Encoding: gzip"));
    }

    @Test
    void aSecondFilterOfTheKindLeavesItAlone() {
        Compression other = new Compression(new CompressionConfig(List.of("text/*"), new ByteSize(0), 9), scope);
        ScriptedExchange exchange = asking();
        exchange.request(filter);
        exchange.request(other);
        ScriptedResponse response = exchange.response(other, response(200, "Content-Type", "text/html"));
        List<String> once = response.fields();
        assertEquals(once, exchange.response(filter, response).fields());
        assertFalse(filter.wantsResponseBody(exchange));
    }

    private ByteArrayOutputStream begin(ScriptedExchange exchange) {
        exchange.request(filter);
        exchange.response(filter, response(200, "Content-Type", "text/event-stream"));
        return new ByteArrayOutputStream();
    }

    private void give(ScriptedExchange exchange, byte[] part, boolean isLast, ByteArrayOutputStream to) {
        filter.onBody(exchange, false, ByteBuffer.wrap(part).asReadOnlyBuffer(), isLast, given -> {
            byte[] bytes = new byte[given.remaining()];
            given.get(bytes);
            to.writeBytes(bytes);
        });
    }

    private static byte[] plain(ByteArrayOutputStream gzip) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(gzip.toByteArray())).readAllBytes();
    }

    @Test
    void bodiesOfEverySizeAndInEveryPiecesAreWhatTheyWere() throws IOException {
        Random random = new Random(3);
        for (int size : new int[] {0, 1, 9, 1000, 16 * 1024, 70_000, 300_000}) {
            byte[] body = new byte[size];
            random.nextBytes(body);
            Arrays.fill(body, 0, size / 2, (byte) 'a');
            for (int piece : new int[] {7, 1460, 16 * 1024, 64 * 1024, 1 << 20}) {
                if (size / piece > 50_000) {
                    continue;
                }
                ScriptedExchange exchange = asking();
                ByteArrayOutputStream sent = begin(exchange);
                for (int at = 0; at < size; at += piece) {
                    give(exchange, Arrays.copyOfRange(body, at, Math.min(size, at + piece)), false, sent);
                }
                give(exchange, new byte[0], true, sent);
                exchange.complete(filter);
                assertArrayEquals(body, plain(sent), size + " bytes in pieces of " + piece);
            }
            ScriptedExchange whole = asking();
            ByteArrayOutputStream sent = begin(whole);
            give(whole, body, true, sent);
            whole.complete(filter);
            assertArrayEquals(body, plain(sent), size + " bytes at once");
        }
    }

    @Test
    void anEventCanBeReadAsSoonAsItHasCome() throws Exception {
        ScriptedExchange exchange = asking();
        ByteArrayOutputStream sent = begin(exchange);
        Inflater inflater = new Inflater(true);
        int seen = 10;
        for (int i = 0; i < 20; i++) {
            String event = "data: " + i + "\n\n";
            give(exchange, event.getBytes(StandardCharsets.US_ASCII), false, sent);
            inflater.setInput(sent.toByteArray(), seen, sent.size() - seen);
            seen = sent.size();
            byte[] read = new byte[100];
            assertEquals(event, new String(read, 0, inflater.inflate(read), StandardCharsets.US_ASCII));
        }
        inflater.end();
        exchange.complete(filter);
    }

    @Test
    void anExchangeThatEndsInTheMidstLeavesNothingForTheNext() throws IOException {
        ScriptedExchange aborted = asking();
        give(aborted, "half".getBytes(StandardCharsets.US_ASCII), false, begin(aborted));
        aborted.complete(filter);

        ScriptedExchange next = asking();
        ByteArrayOutputStream sent = begin(next);
        give(next, "whole".getBytes(StandardCharsets.US_ASCII), true, sent);
        next.complete(filter);
        assertEquals("whole", new String(plain(sent), StandardCharsets.US_ASCII));
    }

    @Test
    void aTypeThatIsNoneIsRefused() {
        for (String type : List.of("html", "text/html; a=b", "*/*")) {
            assertThrows(InvalidConfig.class, () -> new CompressionConfig(List.of(type), new ByteSize(0), 1), type);
        }
    }
}
