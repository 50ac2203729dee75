package io.leba.plugin.health.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.config.ByteSize;
import io.leba.spi.health.ConversationCheck;
import io.leba.testkit.TestScope;
import io.leba.testkit.health.ScriptedProbe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCheckTest {
    private static final ByteSize LIMIT = ByteSize.parse("64KiB");

    /** A configuration to vary. */
    private static final class Wish {
        private String path = "/healthz";
        private String method = "GET";
        private Optional<String> host = Optional.empty();
        private Map<String, String> headers = Map.of();
        private List<String> status = List.of("200-399");
        private Optional<String> contains = Optional.empty();
        private Optional<String> matches = Optional.empty();
        private ByteSize limit = LIMIT;

        ConversationCheck check() {
            HttpCheckConfig config = new HttpCheckConfig(path, method, host, headers, status, contains, matches, limit);
            return (ConversationCheck) new HttpCheckProvider().create(config, TestScope.of("health_check"));
        }

        /** The one verdict that the answer gets in pieces of any size. */
        String on(String answer, boolean closes) {
            List<String> verdicts = new ArrayList<>();
            for (int fragment = 1; fragment <= answer.length() + 1; fragment += 1 + fragment / 40) {
                ScriptedProbe probe = ScriptedProbe.connected(check(), fragment).answer(answer);
                verdicts.add((closes ? probe.close() : probe).verdict());
            }
            assertEquals(1, verdicts.stream().distinct().count(), () -> "differs by fragment size: " + verdicts);
            return verdicts.get(0);
        }
    }

    private static Wish containing(String text) {
        Wish wish = new Wish();
        wish.contains = Optional.of(text);
        return wish;
    }

    private static Wish matching(String expression) {
        Wish wish = new Wish();
        wish.matches = Optional.of(expression);
        return wish;
    }

    @Test
    void asksOnceAndAsksToClose() {
        assertEquals("""
                GET /healthz HTTP/1.1\r
                Host: 10.0.0.0\r
                User-Agent: leba-health\r
                Accept: */*\r
                Connection: close\r
                \r
                """, ScriptedProbe.connected(new Wish().check(), 1).sent());
    }

    @Test
    void asksAsConfigured() {
        Wish wish = new Wish();
        wish.method = "POST";
        wish.path = "/check?deep=1";
        wish.host = Optional.of("app.example.com");
        wish.headers = Map.of("user-agent", "probe/1");

        assertEquals("""
                POST /check?deep=1 HTTP/1.1\r
                Host: app.example.com\r
                Accept: */*\r
                user-agent: probe/1\r
                Content-Length: 0\r
                Connection: close\r
                \r
                """, ScriptedProbe.connected(wish.check(), 1).sent());
    }

    @Test
    void aHostAmongTheHeadersReplacesTheBackendsAddress() {
        Wish wish = new Wish();
        wish.headers = Map.of("Host", "other");

        String sent = ScriptedProbe.connected(wish.check(), 1).sent();

        assertTrue(sent.contains("\r\nHost: other\r\n") && !sent.contains("10.0.0.0"), sent);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 301, 399})
    void anExpectedStatusIsUpAtTheEndOfTheHead(int status) {
        assertEquals("up", new Wish().on("HTTP/1.1 " + status + " Whatever\r\nContent-Length: 99\r\n\r\n", false));
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 400, 404, 500, 503, 599})
    void anUnexpectedStatusIsDown(int status) {
        assertEquals(
                "down: status " + status + ", expected 200-399",
                new Wish().on("HTTP/1.1 " + status + " No\r\n\r\n", false));
    }

    @Test
    void onlyTheListedStatusesAreUp() {
        Wish wish = new Wish();
        wish.status = List.of("204", "500-501");

        assertEquals("up", wish.on("HTTP/1.0 501 x\r\n\r\n", false));
        assertEquals("down: status 200, expected 204, 500-501", wish.on("HTTP/1.1 200\r\n\r\n", false));
    }

    @Test
    void interimResponsesAreSkipped() {
        assertEquals(
                "up",
                containing("ok")
                        .on(
                                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nContent-Length: 5\r\nLink: x\r\n\r\n"
                                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                                false));
    }

    @Test
    void linesMayEndInABareLineFeed() {
        assertEquals("up", new Wish().on("HTTP/1.1 200 OK\nServer: old\n\n", false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SSH-2.0-OpenSSH_9.2\\r\\n      | no HTTP/1 response, it begins with 'SSH-2.0'
                    hi\\n                          | no HTTP/1 response, it begins with 'hi'
                    HTTP/2 200\\r\\n\\r\\n         | no HTTP/1 response, it begins with 'HTTP/2 '
                    HTTP/1.1 2x0 OK\\r\\n\\r\\n    | malformed status line 'HTTP/1.1 2x0 OK'
                    HTTP/1.1 099 OK\\r\\n\\r\\n    | malformed status line 'HTTP/1.1 099 OK'
                    HTTP/1.1 2000 OK\\r\\n\\r\\n   | malformed status line 'HTTP/1.1 2000 OK'
                    HTTP/1.1\\r\\n\\r\\n           | malformed status line 'HTTP/1.1'
                    HTTP/1.1 200 OK\\r\\nx\\r\\n   | malformed header line 'x'
                    HTTP/1.1 200 OK\\r\\nContent-Length: -1\\r\\n | malformed content-length '-1'
                    HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\nContent-Length: 2\\r\\n | malformed content-length '2'
                    """)
    void whatIsNoResponseIsDownWithTheReason(String answer, String reason) {
        assertEquals(
                "down: " + reason, new Wish().on(answer.replace("\\r", "\r").replace("\\n", "\n"), false));
    }

    @Test
    void binaryGarbageIsShownPrintable() {
        assertEquals("down: no HTTP/1 response, it begins with '.......'", new Wish().on("\0\0\1\4\0\0\0\0", false));
    }

    @Test
    void aBackendThatClosesTooEarlyIsDown() {
        assertEquals("down: closed without an answer", new Wish().on("", true));
        assertEquals("down: closed in the middle of the response head", new Wish().on("HTTP/1.1 200 OK\r\nA: b", true));
        assertEquals(
                "down: closed in the middle of the body",
                containing("x").on("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", true));
    }

    @Test
    void aBackendThatStopsTalkingIsWaitedFor() {
        assertEquals("waiting", new Wish().on("HTTP/1.1 200 OK\r\nA: b\r\n", false));
        assertEquals("waiting", containing("x").on("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false));
    }

    @Test
    void anEndlessHeadIsCutOff() {
        assertEquals(
                "down: response line of more than 16384 bytes",
                ScriptedProbe.connected(new Wish().check(), 1000)
                        .answer("HTTP/1.1 200 OK\r\nA: " + "b".repeat(20_000))
                        .verdict());
        assertEquals(
                "down: response head of more than 65536 bytes",
                ScriptedProbe.connected(new Wish().check(), 1000)
                        .answer("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(20_000))
                        .verdict());
    }

    @Test
    void theTextIsFoundInASizedBody() {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n";
        assertEquals("up", containing("\"ok\"").on(head + "{\"status\":\"ok\" }", false));
        assertEquals(
                "down: body does not contain '\"ok\"'", containing("\"ok\"").on(head + "{\"status\":\"no\" }", false));
        assertEquals("up", containing("aab").on(head + "xaaab___________", false));
    }

    @Test
    void theTextIsUtf8() {
        Wish wish = containing("grün");
        byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ngrün".getBytes(StandardCharsets.UTF_8);

        assertEquals(
                "up", ScriptedProbe.connected(wish.check(), 1).answer(answer).verdict());
    }

    @Test
    void theTextIsFoundInAChunkedBodyAcrossChunks() {
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\nContent-Length: 3\r\n\r\n"
                + "3;a=b\r\nall\r\n00a\r\n goes well\r\n0\r\nTrailer: x\r\n\r\n";

        assertEquals("up", containing("all goes").on(answer, false));
        assertEquals("down: body does not contain 'ill'", containing("ill").on(answer, false));
    }

    @Test
    void brokenChunksAreDown() {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertEquals("down: malformed chunk size 'zz'", containing("x").on(head + "zz\r\n", false));
        assertEquals("down: malformed chunk size ''", containing("x").on(head + "\r\n", false));
        assertEquals(
                "down: a chunk is longer than its size says", containing("x").on(head + "1\r\nabc\r\n", false));
    }

    @Test
    void aBodyWithoutLengthEndsWithTheConnection() {
        String head = "HTTP/1.0 200 OK\r\nTransfer-Encoding: identity\r\n\r\n";
        assertEquals("up", containing("fine").on(head + "all fine here", false));
        assertEquals("waiting", containing("bad").on(head + "all fine here", false));
        assertEquals("down: body does not contain 'bad'", containing("bad").on(head + "all fine here", true));
    }

    @Test
    void anEmptyBodyContainsNothing() {
        assertEquals(
                "down: body does not contain 'x'",
                containing("x").on("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false));
        assertEquals("down: body does not contain 'x'", containing("x").on("HTTP/1.1 204 None\r\n\r\n", false));
    }

    @Test
    void headHasNoBodyWhateverItsHeadersSay() {
        Wish wish = new Wish();
        wish.method = "HEAD";

        assertEquals("up", wish.on("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false));
    }

    @Test
    void onlyTheBeginningOfTheBodyIsRead() {
        Wish wish = containing("needle");
        wish.limit = new ByteSize(100);
        String head = "HTTP/1.1 200 OK\r\n\r\n";

        assertEquals("up", wish.on(head + "x".repeat(94) + "needle", false));
        assertEquals(
                "down: body does not contain 'needle' in its first 100 bytes",
                wish.on(head + "x".repeat(95) + "needle", false));
    }

    @Test
    void theExpressionIsTriedOnTheWholeBody() {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n";
        assertEquals("up", matching("\"ok\"\\s*:\\s*(1|true)").on(head + "{\"ok\" :true}", false));
        assertEquals("down: body does not match '^down'", matching("^down").on(head + "{\"ok\" :true}", false));
    }

    @Test
    void textAndExpressionMustBothBeFound() {
        Wish wish = containing("ready");
        wish.matches = Optional.of("v\\d");
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n";

        assertEquals("up", wish.on(head + "ready v1", false));
        assertEquals("down: body does not match 'v\\d'", wish.on(head + "ready vX", false));
        assertEquals("down: body does not contain 'ready'", wish.on(head + "READY v1", false));
    }

    @Test
    void anExpressionThatBacktracksWithoutEndIsStopped() {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n";
        assertEquals(
                "down: body_matches '(.*a){20}b' takes too long on this body",
                ScriptedProbe.connected(matching("(.*a){20}b").check(), 100)
                        .answer(head + "a".repeat(50))
                        .verdict());
    }

    @Test
    void anExpressionThatRecursesTooDeepIsStopped() {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n";
        assertEquals(
                "down: body_matches '^(a|b|ab)*$' takes too long on this body",
                ScriptedProbe.connected(matching("^(a|b|ab)*$").check(), 10_000)
                        .answer(head + "ab".repeat(30_000))
                        .verdict());
    }
}
