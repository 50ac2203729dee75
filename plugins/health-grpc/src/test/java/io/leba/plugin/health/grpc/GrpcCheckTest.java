package io.leba.plugin.health.grpc;

import static io.leba.plugin.health.grpc.ScriptedBackend.OK_END;
import static io.leba.plugin.health.grpc.ScriptedBackend.OK_HEAD;
import static io.leba.plugin.health.grpc.ScriptedBackend.SETTINGS;
import static io.leba.plugin.health.grpc.ScriptedBackend.block;
import static io.leba.plugin.health.grpc.ScriptedBackend.data;
import static io.leba.plugin.health.grpc.ScriptedBackend.fields;
import static io.leba.plugin.health.grpc.ScriptedBackend.frame;
import static io.leba.plugin.health.grpc.ScriptedBackend.hex;
import static io.leba.plugin.health.grpc.ScriptedBackend.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.health.Conversation;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.Target;
import io.leba.testkit.TestScope;
import io.leba.testkit.balance.ScriptedBackends;
import io.leba.testkit.health.ScriptedProbe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcCheckTest {
    private static final String GO_AWAY_NOW = frame(Frames.GOAWAY, 0, 0, "\0\0\0\0\0\0\0\13too_many_pings");

    private static ConversationCheck check(GrpcCheckConfig config) {
        return (ConversationCheck) new GrpcCheckProvider().create(config, TestScope.of("health_check"));
    }

    private static ConversationCheck check(String service) {
        return check(
                new GrpcCheckConfig(Optional.of(service).filter(name -> !name.isEmpty()), Optional.empty(), Map.of()));
    }

    /** The one verdict that the answer gets in pieces of any size. */
    private static String on(ConversationCheck check, String answer, boolean closes) {
        List<String> verdicts = new ArrayList<>();
        for (int fragment = 1; fragment <= answer.length() + 1; fragment += 1 + fragment / 20) {
            ScriptedProbe probe = ScriptedProbe.connected(check, fragment).answer(answer);
            verdicts.add((closes ? probe.close() : probe).verdict());
        }
        assertEquals(1, verdicts.stream().distinct().count(), () -> "differs by fragment size: " + verdicts);
        return verdicts.get(0);
    }

    private static String on(String answer) {
        return on(check(""), answer, false);
    }

    private static String said(ConversationCheck check, boolean isSecure) {
        Target target = new Target(ScriptedBackends.equal(1).backend(0), Duration.ofMillis(1500), isSecure);
        Conversation conversation = check.begin(target);
        return StandardCharsets.ISO_8859_1
                .decode(conversation.opened().send().orElseThrow())
                .toString();
    }

    /** The request's fields, read by the decoder of answers. */
    private static Map<String, String> asked(String said) throws MalformedAnswer {
        int head = 24 + Frames.HEAD + 6;
        int length = said.charAt(head + 1) << 8 | said.charAt(head + 2);
        assertEquals(Frames.HEADERS, said.charAt(head + 3));
        Map<String, String> fields = new TreeMap<>();
        byte[] block =
                said.substring(head + Frames.HEAD, head + Frames.HEAD + length).getBytes(StandardCharsets.ISO_8859_1);
        new HeaderBlock().decode(block, fields::put);
        return fields;
    }

    @Test
    void asksForTheBackendAsAWhole() throws MalformedAnswer {
        String said = said(check(""), false);

        assertTrue(said.startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\6\4\0\0\0\0\0\0\2\0\0\0\0"), said);
        assertEquals(
                new TreeMap<>(Map.of(
                        ":method", "POST",
                        ":scheme", "http",
                        ":path", "/grpc.health.v1.Health/Check",
                        ":authority", "10.0.0.0",
                        "te", "trailers",
                        "content-type", "application/grpc",
                        "grpc-timeout", "1500m",
                        "user-agent", "leba-health")),
                asked(said));
        assertTrue(said.endsWith("\0\0\5\0\1\0\0\0\1\0\0\0\0\0"), "an empty message, and the end");
    }

    @Test
    void asksAsConfigured() throws MalformedAnswer {
        String longValue = "v".repeat(300);
        ConversationCheck check = check(new GrpcCheckConfig(
                Optional.of("shop.v1.Orders"),
                Optional.of("orders.internal"),
                Map.of("authorization", longValue, "user-agent", "probe/1")));
        String said = said(check, true);

        Map<String, String> asked = asked(said);
        assertEquals("orders.internal", asked.get(":authority"));
        assertEquals("https", asked.get(":scheme"));
        assertEquals(longValue, asked.get("authorization"));
        assertEquals("probe/1", asked.get("user-agent"));
        assertTrue(said.endsWith("\0\0\25\0\1\0\0\0\1\0\0\0\0\20\12\16shop.v1.Orders"), said);
        assertEquals(List.of("h2"), check.applicationProtocols());
    }

    @Test
    void servingIsUp() {
        assertEquals("up", on(ScriptedBackend.SERVING));
        assertEquals(
                "up", on(SETTINGS + OK_HEAD + data(0, new byte[] {16, 7, 26, 1, 0, 8, 1, 37, 0, 0, 0, 0}) + OK_END));
    }

    @ParameterizedTest
    @CsvSource({"0,UNKNOWN", "2,NOT_SERVING", "3,SERVICE_UNKNOWN"})
    void anyOtherStateIsDown(int state, String name) {
        String answer = SETTINGS + OK_HEAD + message(state) + OK_END;

        assertEquals("down: the backend is " + name, on(answer));
        assertEquals("down: service 'a.B' is " + name, on(check("a.B"), answer, false));
    }

    @Test
    void aStateOfAnotherAgeIsDown() {
        assertEquals("down: the backend is in state 9", on(SETTINGS + OK_HEAD + message(9) + OK_END));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    5|the backend is not known to the backend's health service (NOT_FOUND)
                    12|the backend has no service grpc.health.v1.Health (UNIMPLEMENTED); add it there, or use the check 'tcp'
                    14|grpc-status UNAVAILABLE: draining
                    16|grpc-status UNAUTHENTICATED: draining
                    99|grpc-status 99: draining
                    x|grpc-status x: draining
                    """)
    void aFailedCallIsDownWithItsStatus(String status, String reason) {
        String trailersOnly = fields(
                Frames.END_STREAM,
                ":status",
                "200",
                "content-type",
                "application/grpc+proto",
                "grpc-status",
                status,
                "grpc-message",
                "draining");

        assertEquals("down: " + reason, on(SETTINGS + trailersOnly));
    }

    @Test
    void whatIsNoGrpcIsDown() {
        assertEquals(
                "down: HTTP status '502', expected 200",
                on(SETTINGS + fields(0, ":status", "502", "content-type", "text/html")));
        assertEquals(
                "down: no gRPC, its content-type is 'text/html'",
                on(SETTINGS + fields(0, ":status", "200", "content-type", "text/html")));
        assertEquals(
                "down: no grpc-status in the answer",
                on(SETTINGS + OK_HEAD + data(Frames.END_STREAM, new byte[] {8, 1})));
        assertEquals("down: no message in the answer", on(SETTINGS + OK_HEAD + OK_END));
    }

    @Test
    void whatIsNoHttp2IsDown() {
        assertEquals(
                "down: answers in HTTP/1, not in HTTP/2, which gRPC needs", on("HTTP/1.1 400 Bad Request\r\n\r\n"));
        assertEquals(
                "down: answers in TLS; the group's protocol has to be one inside TLS",
                on(check(""), "\25\3\3\0\2\2\26", true));
        assertEquals("down: no HTTP/2, it begins with 'SSH-2.0-O'", on("SSH-2.0-OpenSSH_9.2\r\n"));
        assertEquals("down: no HTTP/2, it begins with '.........'", on(frame(Frames.SETTINGS, Frames.ACK, 0, "")));
    }

    @Test
    void aBackendThatClosesTooEarlyIsDown() {
        assertEquals("down: closed without an answer", on(check(""), "", true));
        assertEquals("down: closed in the middle of the answer", on(check(""), SETTINGS + OK_HEAD, true));
    }

    @Test
    void aBackendThatStopsTalkingIsWaitedFor() {
        assertEquals("waiting", on(SETTINGS + OK_HEAD + message(1)));
    }

    @Test
    void aStreamOrConnectionThatIsEndedSaysWhy() {
        assertEquals("down: stream reset (REFUSED_STREAM)", on(SETTINGS + frame(Frames.RST_STREAM, 0, 1, "\0\0\0\7")));
        assertEquals("down: goes away (ENHANCE_YOUR_CALM, too_many_pings)", on(SETTINGS + GO_AWAY_NOW));
        assertEquals("down: goes away (NO_ERROR)", on(SETTINGS + frame(Frames.GOAWAY, 0, 0, "\0\0\0\0\0\0\0\0")));
        assertEquals("down: stream reset (error 255)", on(SETTINGS + frame(Frames.RST_STREAM, 0, 1, "\0\0\0\377")));
    }

    @Test
    void aConnectionThatEndsBehindTheAnswerServesIt() {
        String goesAway = frame(Frames.GOAWAY, 0, 0, "\177\377\377\377\0\0\0\0");

        assertEquals("up", on(SETTINGS + goesAway + ScriptedBackend.SERVING.substring(SETTINGS.length())));
    }

    @Test
    void settingsAndPingsAreAnswered() {
        String ping = frame(Frames.PING, 0, 0, "12345678");
        String windows =
                frame(8, 0, 0, "\0\1\0\0") + frame(Frames.SETTINGS, Frames.ACK, 0, "") + frame(99, 0, 0, "what");
        ScriptedProbe probe = ScriptedProbe.connected(check(""), 5);
        int asked = probe.sent().length();
        probe.answer(SETTINGS + ping + windows);

        assertEquals("waiting", probe.verdict());
        assertEquals(
                frame(Frames.SETTINGS, Frames.ACK, 0, "") + frame(Frames.PING, Frames.ACK, 0, "12345678"),
                probe.sent().substring(asked));
    }

    @Test
    void fieldsMayComeInPartsPaddedAndWithPriority() {
        String block = block(":status", "200", "content-type", "application/grpc");
        String padded = frame(
                Frames.HEADERS,
                Frames.PADDED | Frames.PRIORITY,
                1,
                "\3" + "\0\0\0\0\20" + block.substring(0, 9) + "\0\0\0");
        String rest = frame(Frames.CONTINUATION, 0, 1, "")
                + frame(Frames.CONTINUATION, Frames.END_HEADERS, 1, block.substring(9));
        String paddedData = frame(Frames.DATA, Frames.PADDED, 1, "\2\0\0\0\0\2\10\1\0\0");

        assertEquals("up", on(SETTINGS + padded + rest + paddedData + OK_END));
    }

    @Test
    void anInterimResponseIsSkipped() {
        assertEquals("up", on(SETTINGS + fields(0, ":status", "103", "link", "x") + OK_HEAD + message(1) + OK_END));
    }

    /** The blocks of RFC 7541 C.6: Huffman strings, a dynamic table and what falls out of it. */
    @Test
    void compressedFieldsAreRead() throws MalformedAnswer {
        HeaderBlock blocks = new HeaderBlock();
        List<String> fields = new ArrayList<>();
        for (String block : List.of(
                "3fe101" // a table of 256 bytes
                        + "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d"
                        + "29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                "4883 640e ffc1 c0bf")) {
            blocks.decode(
                    hex(block).getBytes(StandardCharsets.ISO_8859_1), (name, value) -> fields.add(name + "=" + value));
        }

        assertEquals(
                List.of(
                        ":status=302",
                        "cache-control=private",
                        "date=Mon, 21 Oct 2013 20:13:21 GMT",
                        "location=https://www.example.com",
                        ":status=307",
                        "cache-control=private",
                        "date=Mon, 21 Oct 2013 20:13:21 GMT",
                        "location=https://www.example.com"),
                fields);
    }

    @ParameterizedTest
    @CsvSource({
        "ff", // an index without its end
        "80", // index 0
        "be", // behind both tables
        "00 05 61", // a string that is longer than the block
        "00 81 00 01 61", // a code with padding of zeros
        "00 84 ff ff ff fc 01 61", // the end's code
        "3f e2 7f", // a table that nobody allowed
        "7f ff ff ff ff ff 01" // a number out of all measure
    })
    void aBrokenHeaderBlockIsDown(String block) {
        String answer = SETTINGS + frame(Frames.HEADERS, Frames.END_HEADERS, 1, hex(block));

        assertEquals("down: malformed header block", on(answer));
    }

    @Test
    void aBrokenAnswerIsDown() {
        Map<String, String> broken = new TreeMap<>();
        broken.put("data before the fields", data(0, new byte[0]));
        broken.put("a continuation of nothing", frame(Frames.CONTINUATION, Frames.END_HEADERS, 1, ""));
        broken.put("a header block is interrupted", frame(Frames.HEADERS, 0, 1, "") + SETTINGS);
        broken.put("a push that nobody allowed", frame(Frames.PUSH_PROMISE, 4, 1, "\0\0\0\2"));
        broken.put("fields on a stream that nobody opened", frame(Frames.HEADERS, 4, 3, ""));
        broken.put("data on a stream that nobody opened", OK_HEAD + frame(Frames.DATA, 0, 3, ""));
        broken.put("more padding than there is room", frame(Frames.HEADERS, Frames.PADDED | 4, 1, "\11ab"));
        broken.put("a frame is too short", frame(Frames.RST_STREAM, 0, 1, "\0"));
        broken.forEach((reason, answer) -> assertEquals("down: malformed answer: " + reason, on(SETTINGS + answer)));
        for (String message : List.of("\0\0\0\0\3\10\1", "\0\0\0\0\1\10", "\0\0\0\0\2\14\0", "\0\0\0\0\2\22\11")) {
            assertEquals(
                    "down: malformed message", on(SETTINGS + OK_HEAD + frame(Frames.DATA, 0, 1, message) + OK_END));
        }
        assertEquals(
                "down: the message is compressed, which nobody asked for",
                on(SETTINGS + OK_HEAD + frame(Frames.DATA, 0, 1, "\1\0\0\0\0") + OK_END));
    }

    @Test
    void whatIsTooLongIsCutOff() {
        assertEquals(
                "down: frame of 16385 bytes, at most 16384 are allowed",
                on(SETTINGS + frame(Frames.DATA, 0, 1, "x".repeat(16_385))));
        assertEquals(
                "down: message of more than 1024 bytes",
                on(SETTINGS + OK_HEAD + frame(Frames.DATA, 0, 1, "x".repeat(2000))));
        assertEquals(
                "down: answer of more than 65536 bytes",
                on(SETTINGS + frame(Frames.PING, 0, 0, "12345678").repeat(4000)));
    }
}
