package io.leba.plugin.filter.grpcweb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.http.HttpTrailers;
import io.leba.testkit.http.ScriptedExchange;
import io.leba.testkit.http.ScriptedRequest;
import io.leba.testkit.http.ScriptedResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcWebTest {
    private static final String FRAME = "\200\0\0\0\20grpc-status: 0\r\n";

    private final GrpcWeb filter = new GrpcWeb();

    private static HttpTrailers trailers(String... namesAndValues) {
        return new HttpTrailers() {
            @Override
            public boolean isEmpty() {
                return namesAndValues.length == 0;
            }

            @Override
            public void forEach(BiConsumer<String, String> consumer) {
                for (int i = 0; i < namesAndValues.length; i += 2) {
                    consumer.accept(namesAndValues[i], namesAndValues[i + 1]);
                }
            }
        };
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    private ScriptedExchange asking(String... fields) {
        ScriptedRequest request = ScriptedRequest.of("POST", "/a.B/C");
        for (int i = 0; i < fields.length; i += 2) {
            request.with(fields[i], fields[i + 1]);
        }
        ScriptedExchange exchange = ScriptedExchange.of(request);
        exchange.request(filter);
        return exchange;
    }

    private ScriptedResponse answer(ScriptedExchange exchange, String contentType, String... fields) {
        ScriptedResponse response = ScriptedResponse.of(200);
        response.removeHeader("Content-Type");
        response.with("Content-Type", contentType);
        for (int i = 0; i < fields.length; i += 2) {
            response.with(fields[i], fields[i + 1]);
        }
        return exchange.response(filter, response);
    }

    private String body(ScriptedExchange exchange, boolean isRequest, String... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < parts.length; i++) {
            filter.onBody(
                    exchange,
                    isRequest,
                    ByteBuffer.wrap(bytes(parts[i])).asReadOnlyBuffer(),
                    i == parts.length - 1,
                    given -> put(given, out));
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static void put(ByteBuffer given, ByteArrayOutputStream out) {
        while (given.hasRemaining()) {
            out.write(given.get());
        }
    }

    private String end(ScriptedExchange exchange, HttpTrailers trailers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertFalse(filter.onTrailers(exchange, false, trailers, given -> put(given, out)));
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "application/grpc-web,application/grpc,application/grpc-web+proto",
        "application/grpc-web+proto,application/grpc+proto,application/grpc-web+proto",
        "Application/gRPC-Web+json,application/grpc+json,application/grpc-web+proto",
        "application/grpc-web-text,application/grpc,application/grpc-web-text+proto",
        "application/grpc-web-text+proto;x,application/grpc+proto;x,application/grpc-web-text+proto"
    })
    void typesAreTranslatedBothWays(String asked, String plain, String answered) {
        ScriptedExchange exchange = asking("Content-Type", asked);

        assertEquals(plain, exchange.request().header("content-type"));
        assertEquals(answered, answer(exchange, "application/grpc+proto").header("content-type"));
        assertEquals(asked.contains("-text"), filter.wantsRequestBody(exchange));
        assertTrue(filter.wantsResponseBody(exchange));
    }

    @Test
    void theClientMayAcceptAnotherFormThanItSends() {
        ScriptedExchange exchange =
                asking("Content-Type", "application/grpc-web", "Accept", "application/grpc-web-text");

        assertEquals(
                "application/grpc-web-text",
                answer(exchange, "application/grpc").header("content-type"));
        assertFalse(filter.wantsRequestBody(exchange));
        assertEquals("AAAAAAA=", body(exchange, false, "\0\0\0\0\0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc", "application/grpc+proto", "application/json", "application/grpc-webby"})
    void whatIsNoGrpcWebPasses(String contentType) {
        ScriptedExchange exchange = asking("Content-Type", contentType);

        assertEquals(contentType, exchange.request().header("content-type"));
        assertEquals("application/grpc", answer(exchange, "application/grpc").header("content-type"));
        assertFalse(filter.wantsRequestBody(exchange));
        assertFalse(filter.wantsResponseBody(exchange));
    }

    @Test
    void anAnswerThatIsNoGrpcPasses() {
        ScriptedExchange exchange = asking("Content-Type", "application/grpc-web");

        assertEquals("text/html", answer(exchange, "text/html").header("content-type"));
        assertFalse(filter.wantsResponseBody(exchange));
    }

    @Test
    void aStatusInTheHeadIsAllThereIs() {
        ScriptedExchange exchange = asking("Content-Type", "application/grpc-web+proto");

        assertEquals(
                "application/grpc-web+proto",
                answer(exchange, "application/grpc+proto", "grpc-status", "5").header("content-type"));
        assertFalse(filter.wantsResponseBody(exchange));
    }

    @Test
    void trailersAreTheLastFrame() {
        ScriptedExchange exchange = asking("Content-Type", "application/grpc-web");
        answer(exchange, "application/grpc");

        assertEquals("\0\0\0\0\1xmore", body(exchange, false, "\0\0\0\0\1x", "more"));
        assertEquals(FRAME, end(exchange, trailers("Grpc-Status", "0")));
        assertEquals(
                "\200\0\0\0\43grpc-status: 5\r\ngrpc-message: not\r\n",
                end(exchange, trailers("grpc-status", "5", "grpc-message", "not")));
        assertEquals("\200\0\0\0\20grpc-status: 2\r\n", end(exchange, trailers()));
    }

    @Test
    void textIsBase64PieceByPiece() {
        ScriptedExchange exchange = asking("Content-Type", "application/grpc-web-text");
        answer(exchange, "application/grpc");

        assertEquals("AA==" + "AAAA" + "", body(exchange, false, "\0", "\0\0\0", ""));
        assertEquals(Base64.getEncoder().encodeToString(bytes(FRAME)), end(exchange, trailers("grpc-status", "0")));
        assertEquals("\0\0\0\0\1x", body(exchange, true, "AAA", "AA", "AF4", ""));
    }

    @Test
    void trailersOfARequestPass() {
        assertTrue(filter.onTrailers(
                asking("Content-Type", "application/grpc-web-text"), true, trailers("a", "b"), given -> {}));
    }

    @Test
    void anyTextIsDecodedHoweverItIsCut() {
        Random random = new Random(7);
        for (int size = 0; size < 100; size++) {
            byte[] first = new byte[size];
            byte[] second = new byte[random.nextInt(10)];
            random.nextBytes(first);
            random.nextBytes(second);
            Base64.Encoder encoder = random.nextBoolean()
                    ? Base64.getEncoder()
                    : Base64.getEncoder().withoutPadding();
            String text = Base64.getEncoder().encodeToString(first) + encoder.encodeToString(second);
            Base64Stream stream = new Base64Stream();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int from = 0; from <= text.length(); ) {
                int to = Math.min(text.length(), from + 1 + random.nextInt(5));
                put(stream.decode(ByteBuffer.wrap(bytes(text.substring(from, to))), to == text.length()), out);
                from = to == text.length() ? to + 1 : to;
            }
            ByteArrayOutputStream wanted = new ByteArrayOutputStream();
            wanted.writeBytes(first);
            wanted.writeBytes(second);
            assertArrayEquals(wanted.toByteArray(), out.toByteArray(), text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "A===", "AA=A", "AAAA=", "AA=", "AA===", "AA-_", "A A=", "AAAA\n"})
    void whatIsNoBase64IsRefused(String text) {
        for (List<String> parts : List.of(List.of(text), List.of(text.substring(0, 1), text.substring(1)))) {
            Base64Stream stream = new Base64Stream();
            assertThrows(IllegalArgumentException.class, () -> {
                for (int i = 0; i < parts.size(); i++) {
                    stream.decode(ByteBuffer.wrap(bytes(parts.get(i))), i == parts.size() - 1);
                }
            });
        }
    }

    @Test
    void thePluginOffersOneFilter() {
        assertEquals("grpc_web", new GrpcWebPlugin().providers().get(0).type());
    }
}
