package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What frames do to streams and connections that they do not fit (RFC 9113 §5.1, §6), whole and byte by byte. */
class StateTest {
    private static final byte[] NOTHING = {};

    private static Frames f() {
        return Frames.client();
    }

    private static Arguments connection(String what, Fault fault, Frames frames) {
        return Arguments.of(what, fault, true, frames.bytes());
    }

    private static Arguments stream(String what, Fault fault, Frames frames) {
        return Arguments.of(what, fault, false, frames.bytes());
    }

    static Stream<Arguments> offences() {
        Frames blocks = f();
        return Stream.of(
                connection("another preface", Fault.BAD_PREFACE, Frames.none().raw("GET / HTTP/1.1\r\n".getBytes())),
                connection(
                        "no settings first",
                        Fault.NO_SETTINGS,
                        Frames.none().raw(Http2Connection.preface()).frame(6, 0, 0, new byte[8])),
                connection("a large frame", Fault.BAD_FRAME_SIZE, f().frame(99, 0, 0, new byte[16_385])),
                connection("data on the connection", Fault.BAD_STREAM_ID, f().data(0, true, "x")),
                connection("headers on the connection", Fault.BAD_STREAM_ID, f().request(0, Frames.get())),
                connection("settings on a stream", Fault.BAD_STREAM_ID, f().frame(4, 0, 1)),
                connection("ping on a stream", Fault.BAD_STREAM_ID, f().frame(6, 0, 1, new byte[8])),
                connection("goaway on a stream", Fault.BAD_STREAM_ID, f().frame(7, 0, 1, new byte[8])),
                connection("an even stream", Fault.BAD_STREAM_ID, f().request(2, Frames.get())),
                connection(
                        "a stream below another",
                        Fault.BAD_STREAM_ID,
                        f().request(5, Frames.get()).request(3, Frames.get())),
                connection("data on an idle stream", Fault.IDLE_STREAM, f().data(1, true, "x")),
                connection("a reset of an idle stream", Fault.IDLE_STREAM, f().frame(3, 0, 1, new byte[4])),
                connection("a window of an idle stream", Fault.IDLE_STREAM, f().frame(8, 0, 1, Frames.number(1))),
                connection("a pushed stream", Fault.PUSHED, f().frame(5, 4, 1, new byte[4])),
                connection("a short ping", Fault.BAD_FRAME_SIZE, f().frame(6, 0, 0, new byte[7])),
                connection(
                        "a short reset",
                        Fault.BAD_FRAME_SIZE,
                        f().request(1, Frames.get()).frame(3, 0, 1, new byte[3])),
                connection("a short window", Fault.BAD_FRAME_SIZE, f().frame(8, 0, 0, new byte[3])),
                connection("a short goaway", Fault.BAD_FRAME_SIZE, f().frame(7, 0, 0, new byte[7])),
                connection("cut settings", Fault.BAD_FRAME_SIZE, f().frame(4, 0, 0, new byte[5])),
                connection("settings in an acknowledgement", Fault.BAD_FRAME_SIZE, f().frame(4, 1, 0, new byte[6])),
                connection("a wish for push", Fault.BAD_SETTING, f().frame(4, 0, 0, new byte[] {0, 2, 0, 0, 0, 2})),
                connection("a window too large", Fault.BAD_WINDOW_SETTING, f().frame(4, 0, 0, new byte[] {
                    0, 4, -128, 0, 0, 0
                })),
                connection("frames too small", Fault.BAD_SETTING, f().frame(4, 0, 0, new byte[] {0, 5, 0, 0, 63, -1})),
                connection("an empty increment", Fault.ZERO_INCREMENT, f().frame(8, 0, 0, Frames.number(0))),
                connection("a window beyond all", Fault.WINDOW_OVERFLOW, f().frame(8, 0, 0, Frames.number(0x7fffffff))),
                connection(
                        "padding as long as the frame",
                        Fault.BAD_PADDING,
                        f().open(1, Frames.post()).frame(0, 8, 1, new byte[] {2, 0})),
                connection(
                        "padded and empty",
                        Fault.BAD_FRAME_SIZE,
                        f().open(1, Frames.post()).frame(0, 8, 1)),
                connection("padded headers", Fault.BAD_PADDING, f().frame(1, 0xd, 1, new byte[] {9, 0, 0})),
                connection("cut priority", Fault.BAD_FRAME_SIZE, f().frame(1, 0x25, 1, new byte[] {0, 0})),
                connection(
                        "another frame in a block",
                        Fault.BROKEN_BLOCK,
                        blocks.frame(1, 1, 1, blocks.block(Frames.get())).frame(6, 0, 0, new byte[8])),
                connection(
                        "a block of another stream",
                        Fault.BROKEN_BLOCK,
                        f().frame(1, 1, 1, NOTHING).frame(9, 4, 3, NOTHING)),
                connection("a continuation of nothing", Fault.BROKEN_BLOCK, f().frame(9, 4, 1, NOTHING)),
                connection("a broken block", Fault.BAD_COMPRESSION, f().frame(1, 5, 1, new byte[] {(byte) 0xbf})),
                connection(
                        "headers behind the end of both",
                        Fault.CLOSED_STREAM,
                        f().request(1, ":method: GET", ":scheme: http", ":path: /served")
                                .request(1, Frames.get())),
                stream(
                        "data behind the end",
                        Fault.CLOSED_STREAM,
                        f().request(1, Frames.get()).data(1, true, "x")),
                stream(
                        "headers behind the end",
                        Fault.CLOSED_STREAM,
                        f().request(1, Frames.get()).request(1, Frames.get())),
                stream(
                        "data behind a reset",
                        Fault.CLOSED_STREAM,
                        f().open(1, Frames.post()).frame(3, 0, 1, new byte[4]).data(1, true, "x")),
                stream(
                        "a window beyond all",
                        Fault.WINDOW_OVERFLOW,
                        f().request(1, Frames.get()).frame(8, 0, 1, Frames.number(0x7fffffff))),
                stream(
                        "an empty increment",
                        Fault.ZERO_INCREMENT,
                        f().request(1, Frames.get()).frame(8, 0, 1, Frames.number(0))),
                stream(
                        "a stream on itself",
                        Fault.SELF_DEPENDENCY,
                        f().request(1, Frames.get()).frame(2, 0, 1, new byte[] {0, 0, 0, 1, 0})),
                stream(
                        "cut priority",
                        Fault.BAD_FRAME_SIZE,
                        f().request(1, Frames.get()).frame(2, 0, 1, new byte[4])),
                stream("upper case", Fault.BAD_FIELD_NAME, upperCase()),
                stream("a control in a value", Fault.BAD_FIELD_VALUE, f().request(1, Frames.get("a: b\rc"))),
                stream("white space before a value", Fault.BAD_FIELD_VALUE, f().request(1, Frames.get("a:  b"))),
                stream("an unknown pseudo-header", Fault.BAD_PSEUDO_HEADER, f().request(1, Frames.get(":x: y"))),
                stream("a response's", Fault.BAD_PSEUDO_HEADER, f().request(1, Frames.get(":status: 200"))),
                stream("one twice", Fault.BAD_PSEUDO_HEADER, f().request(1, Frames.get(":method: GET"))),
                stream(
                        "one behind a field",
                        Fault.BAD_PSEUDO_HEADER,
                        f().request(1, ":method: GET", ":scheme: http", "a: b", ":path: /")),
                stream("no method", Fault.BAD_PSEUDO_HEADER, f().request(1, ":scheme: http", ":path: /")),
                stream("no scheme", Fault.BAD_PSEUDO_HEADER, f().request(1, ":method: GET", ":path: /")),
                stream("no path", Fault.BAD_PSEUDO_HEADER, f().request(1, ":method: GET", ":scheme: http")),
                stream(
                        "an empty path",
                        Fault.BAD_PSEUDO_HEADER,
                        f().request(1, ":method: GET", ":scheme: http", ":path: ")),
                stream(
                        "a path with a space",
                        Fault.BAD_PSEUDO_HEADER,
                        f().request(1, ":method: GET", ":scheme: http", ":path: /a HTTP/1.1")),
                stream(
                        "a path without a slash",
                        Fault.BAD_PSEUDO_HEADER,
                        f().request(1, ":method: GET", ":scheme: http", ":path: http://b/")),
                stream(
                        "a method with a space",
                        Fault.BAD_PSEUDO_HEADER,
                        f().request(1, ":method: GET /a", ":scheme: http", ":path: /")),
                stream(
                        "connect with a path",
                        Fault.BAD_PSEUDO_HEADER,
                        f().request(1, ":method: CONNECT", ":authority: a:1", ":scheme: http", ":path: /")),
                stream("connection", Fault.CONNECTION_FIELD, f().request(1, Frames.get("connection: close"))),
                stream("upgrade", Fault.CONNECTION_FIELD, f().request(1, Frames.get("upgrade: h2c"))),
                stream("keep-alive", Fault.CONNECTION_FIELD, f().request(1, Frames.get("keep-alive: 1"))),
                stream("proxy-connection", Fault.CONNECTION_FIELD, f().request(1, Frames.get("proxy-connection: x"))),
                stream("codings", Fault.CONNECTION_FIELD, f().request(1, Frames.get("transfer-encoding: chunked"))),
                stream("te", Fault.CONNECTION_FIELD, f().request(1, Frames.get("te: gzip"))),
                stream("another host", Fault.HOST_MISMATCH, f().request(1, Frames.get("host: b.example"))),
                stream("no number", Fault.BAD_LENGTH, f().open(1, Frames.post("content-length: +1"))),
                stream(
                        "two numbers",
                        Fault.BAD_LENGTH,
                        f().open(1, Frames.post("content-length: 1", "content-length: 1"))),
                stream(
                        "less than said",
                        Fault.LENGTH_MISMATCH,
                        f().open(1, Frames.post("content-length: 3")).data(1, true, "xx")),
                stream(
                        "more than said",
                        Fault.LENGTH_MISMATCH,
                        f().open(1, Frames.post("content-length: 3")).data(1, false, "xxxx")),
                stream(
                        "nothing of what was said",
                        Fault.LENGTH_MISMATCH,
                        f().request(1, Frames.post("content-length: 3"))),
                stream(
                        "trailers too early",
                        Fault.LENGTH_MISMATCH,
                        f().open(1, Frames.post("content-length: 3")).request(1, "a: b")),
                stream(
                        "trailers that do not end",
                        Fault.BAD_TRAILERS,
                        f().open(1, Frames.post()).open(1, "a: b")),
                stream(
                        "pseudo-headers in trailers",
                        Fault.BAD_PSEUDO_HEADER,
                        f().open(1, Frames.post()).request(1, ":path: /")));
    }

    private static Frames upperCase() {
        Frames frames = f();
        byte[] block = frames.block(Frames.get("aa: b"));
        // The literal's name is the last but one string.
        for (int i = block.length - 1; i > 0; i--) {
            if (block[i] == 'a' && block[i - 1] == 'a') {
                block[i] = 'A';
                break;
            }
        }
        return frames.frame(1, 5, 1, block);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("offences")
    void offences_end_what_they_concern(String what, Fault fault, boolean isConnection, byte[] bytes) {
        for (int step : new int[] {bytes.length, 1, 7}) {
            Peer server = Peer.server();
            server.onRequest = call -> {
                if (call.heads.get(0).contains("/served")) {
                    call.respond(200, "", null);
                }
            };
            server.connection.start();
            server.give(bytes, step);
            List<Frames.Frame> answers = Frames.read(server.fetch());
            assertTrue(server.faults.contains(fault), () -> what + ": " + server.faults);
            assertEquals(isConnection, server.isFinished, what);
            Frames.Frame last = answers.get(answers.size() - 1);
            assertEquals(isConnection ? 7 : 3, last.type(), what);
            assertEquals(fault.code(), Peer.lastError(answers), what);
            if (!isConnection) {
                assertEquals(0, server.connection.open());
                server.give(Frames.none().frame(6, 0, 0, new byte[8]).bytes());
                assertEquals(6, Frames.read(server.fetch()).get(0).type(), "the connection goes on");
            }
            server.close();
        }
    }

    static Stream<Arguments> fine() {
        return Stream.of(
                Arguments.of("priority of an idle stream", f().frame(2, 0, 9, new byte[5])),
                Arguments.of("an unknown frame", f().frame(77, 0xff, 3, new byte[5])),
                Arguments.of("an unknown setting", f().frame(4, 0, 0, new byte[] {0, 99, 1, 2, 3, 4})),
                Arguments.of(
                        "a reset and what crossed it",
                        f().request(1, Frames.get())
                                .frame(3, 0, 1, new byte[4])
                                .frame(8, 0, 1, Frames.number(5))
                                .frame(3, 0, 1, new byte[4])),
                Arguments.of(
                        "data behind a malformed request",
                        f().open(1, Frames.post("te: x")).data(1, false, "abc").request(1, "trailer: x")),
                Arguments.of("padding", f().open(1, Frames.post()).frame(0, 9, 1, new byte[] {3, 'x', 0, 0, 0})),
                Arguments.of("padding alone", f().open(1, Frames.post()).frame(0, 9, 1, new byte[] {3, 0, 0, 0})),
                Arguments.of("goaway", f().frame(7, 0, 0, new byte[20])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fine")
    void what_is_no_offence(String what, Frames frames) {
        byte[] bytes = frames.bytes();
        for (int step : new int[] {bytes.length, 1}) {
            Peer server = Peer.server();
            server.connection.start();
            server.give(bytes, step);
            server.give(Frames.none().frame(6, 0, 0, new byte[8]).bytes());
            List<Frames.Frame> answers = Frames.read(server.fetch());
            boolean isAnswered = answers.stream().anyMatch(frame -> frame.type() == 6);
            assertTrue(isAnswered || server.isFinished && server.faults.isEmpty(), what);
            assertTrue(answers.stream().noneMatch(frame -> frame.type() == 7), what);
            server.close();
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void heads_become_text(String expected, String[] fields) {
        Peer server = Peer.server();
        server.connection.start();
        server.give(Frames.client().open(1, fields).bytes());
        assertEquals(expected, server.calls.get(0).heads.get(0));
        server.close();
    }

    static Stream<Arguments> heads() {
        return Stream.of(
                Arguments.of(
                        "POST /x HTTP/1.1\r\nhost: a.example\r\na: 1\r\nb: 2\r\ncookie: c=1; d=2; e=3\r\ntransfer-encoding: chunked\r\n\r\n",
                        Frames.post("a: 1", "cookie: c=1; d=2", "b: 2", "cookie: e=3", "te: trailers")),
                Arguments.of(
                        "POST /x HTTP/1.1\r\nhost: a.example\r\ncontent-length: 7\r\n\r\n",
                        Frames.post("host: A.example", "content-length: 7")),
                Arguments.of(
                        "GET / HTTP/1.1\r\nhost: b\r\ntransfer-encoding: chunked\r\n\r\n",
                        new String[] {":path: /", ":scheme: HTTPS", ":method: GET", "host: b"}),
                Arguments.of(
                        "CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\ntransfer-encoding: chunked\r\n\r\n",
                        new String[] {":method: CONNECT", ":authority: a:1"}));
    }

    @org.junit.jupiter.api.Test
    void a_request_without_content_says_so_where_one_expects_some() {
        Peer server = Peer.server();
        server.connection.start();
        server.give(Frames.client().request(1, Frames.post()).bytes());
        assertEquals(
                "POST /x HTTP/1.1\r\nhost: a.example\r\ncontent-length: 0\r\n\r\n",
                server.calls.get(0).heads.get(0));
        server.close();
    }

    @org.junit.jupiter.api.Test
    void a_head_that_is_too_large_is_given_as_far_as_makes_it_too_large() {
        Peer server = Peer.server();
        server.connection.start();
        String[] many = new String[1000];
        java.util.Arrays.fill(many, "name: " + "v".repeat(30));
        server.give(Frames.client().open(1, Frames.get(many)).bytes());
        assertTrue(server.calls.get(0).heads.get(0).split("\r\n").length > 101);
        assertEquals(List.of(), server.faults);
        server.close();
    }
}
