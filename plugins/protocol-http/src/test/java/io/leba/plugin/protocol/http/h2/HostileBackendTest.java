package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Backends that break HTTP/2: their request fails, nothing hangs, nothing leaks, and the next connection is used as if nothing had been. */
class HostileBackendTest {
    private final Proxy proxy = Proxy.toHttp2();
    private Origin origin;

    @AfterEach
    void stop() {
        Eventually.until(() -> proxy.group().inFlight() == 0);
        proxy.close();
        origin.close();
    }

    /** Says its settings, reads what LEBA says until the request's head is there, and answers with these frames. */
    private void answering(UnaryOperator<Frames> response) {
        origin = Origin.with(connection -> {
            write(connection, Frames.none().frame(4, 0, 0).frame(4, 1, 0));
            StringBuilder seen = new StringBuilder();
            int preface = Http2Connection.prefaceLength();
            while (true) {
                int c = connection.read();
                if (c < 0) {
                    return;
                }
                seen.append((char) c);
                byte[] bytes = seen.toString().getBytes(StandardCharsets.ISO_8859_1);
                if (bytes.length > preface && hasHeaders(bytes, preface)) {
                    break;
                }
            }
            write(connection, response.apply(Frames.none()));
            connection.readAll();
        });
        proxy.start(origin.address());
    }

    private static void write(Origin.Connection connection, Frames frames) throws IOException {
        connection.write(new String(frames.bytes(), StandardCharsets.ISO_8859_1));
    }

    private static boolean hasHeaders(byte[] bytes, int from) {
        int i = from;
        while (i + 9 <= bytes.length) {
            int length = (bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | bytes[i + 2] & 0xff;
            if (bytes[i + 3] == 1) {
                return i + 9 + length <= bytes.length;
            }
            i += 9 + length;
        }
        return false;
    }

    private static Arguments attack(String name, UnaryOperator<Frames> frames) {
        return Arguments.of(name, frames);
    }

    private static byte[] zeros(int count) {
        return new byte[count];
    }

    static Stream<Arguments> attacks() {
        byte[] ok = Frames.none().block(":status: 200");
        return Stream.of(
                attack("a pushed stream", f -> f.frame(5, 4, 1, zeros(4))),
                attack("a frame that is too large", f -> f.frame(1, 4, 1, zeros(17_000))),
                attack("a stream that nobody opened", f -> f.frame(1, 4, 7, ok)),
                attack("an even stream", f -> f.frame(1, 4, 2, ok)),
                attack("data before the head", f -> f.data(1, true, "abc")),
                attack("no status", f -> f.frame(1, 5, 1, f.block("a: b"))),
                attack("two statuses", f -> f.frame(1, 5, 1, f.block(":status: 200", ":status: 200"))),
                attack("a status that is none", f -> f.frame(1, 5, 1, f.block(":status: 2000"))),
                attack("a switch of protocols", f -> f.frame(1, 4, 1, f.block(":status: 101"))),
                attack("a request's pseudo-header", f -> f.frame(1, 5, 1, f.block(":status: 200", ":path: /"))),
                attack("a name in upper case", f -> f.frame(1, 5, 1, new byte[] {(byte) 0x88, 0, 1, 'A', 1, 'b'})),
                attack("a line end in a value", f -> f.frame(1, 5, 1, f.block(":status: 200", "a: b\r\nc: d"))),
                attack(
                        "a field of the connection",
                        f -> f.frame(1, 5, 1, f.block(":status: 200", "transfer-encoding: chunked"))),
                attack(
                        "a length that does not come",
                        f -> f.frame(1, 5, 1, f.block(":status: 200", "content-length: 3"))),
                attack(
                        "two lengths",
                        f -> f.frame(1, 4, 1, f.block(":status: 200", "content-length: 3", "content-length: 3"))
                                .data(1, true, "abc")),
                attack("compression that is none", f -> f.frame(1, 5, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff)),
                attack("an interim head that is the last", f -> f.frame(1, 5, 1, f.block(":status: 103"))),
                attack("another frame within a block", f -> f.frame(1, 0, 1, ok).frame(6, 0, 0, zeros(8))),
                attack("a CONTINUATION of nothing", f -> f.frame(9, 4, 1, ok)),
                attack("CONTINUATION without end", f -> {
                    f.frame(1, 0, 1, ok);
                    for (int i = 0; i < 100; i++) {
                        f.frame(9, 0, 1);
                    }
                    return f;
                }),
                attack("a window opened by nothing", f -> f.frame(8, 0, 0, zeros(4))),
                attack("a window beyond all", f -> f.frame(8, 0, 0, Frames.number(0x7fffffff))),
                attack(
                        "settings that cannot be",
                        f -> f.frame(4, 0, 0, (byte) 0, (byte) 2, (byte) 0, (byte) 0, (byte) 0, (byte) 1)),
                attack("a ping of another size", f -> f.frame(6, 0, 0, zeros(7))),
                attack("a going away that is cut", f -> f.frame(7, 0, 0, zeros(4))),
                attack("pings without end", f -> {
                    for (int i = 0; i < 3_000; i++) {
                        f.frame(6, 0, 0, zeros(8));
                    }
                    return f;
                }),
                attack("HTTP/1", f -> f.raw("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void a_response_that_breaks_the_protocol_is_a_502(String name, UnaryOperator<Frames> frames) {
        answering(frames);
        try (RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertEquals(502, client.response().status());
        }
        Eventually.until(() -> !proxy.group().outcomes().isEmpty());
        assertTrue(proxy.group().outcomes().get(0).isBackendFault());
    }

    @Test
    void data_beyond_the_length_ends_the_response() {
        answering(f -> f.frame(1, 4, 1, f.block(":status: 200", "content-length: 3"))
                .data(1, false, "ab")
                .data(1, true, "cdef"));
        try (RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            String all = client.rest();
            assertTrue(!all.contains("cdef"), all);
        }
    }

    @Test
    void a_backend_that_does_not_speak_http2_is_found_out() {
        origin = Origin.with(connection -> {
            connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
            connection.readAll();
        });
        proxy.start(origin.address());
        try (RawClient client = new RawClient(proxy.address())) {
            assertEquals(502, client.get("/").status());
        }
    }

    @Test
    void a_backend_that_says_nothing_is_not_waited_for_for_ever() {
        origin = Origin.with(Origin.Connection::readAll);
        proxy.start(origin.address());
        try (RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Eventually.until(() -> origin.received().length() > 24);
            proxy.turn(proxy.group().connectTimeout().plusSeconds(1));
            assertEquals(504, client.response().status());
        }
    }
}
