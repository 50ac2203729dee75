package io.leba.testkit.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.node.TcpClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OriginsTest {
    private final HttpClient http = HttpClient.newHttpClient();

    private static HttpRequest.Builder request(HttpOrigin origin, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + origin.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> get(HttpOrigin origin, String path) throws IOException, InterruptedException {
        return http.send(request(origin, path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static TcpClient connect(int port) throws IOException {
        return TcpClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Test
    void anOriginSaysItsNameAndRemembersWhatItWasAsked() throws Exception {
        try (HttpOrigin origin = HttpOrigin.named("one")) {
            assertEquals("one /a?b", get(origin, "/a?b").body());
            http.send(
                    request(origin, "/c")
                            .POST(HttpRequest.BodyPublishers.ofString("hello"))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());

            assertEquals(2, origin.requests().size());
            assertEquals("POST", origin.requests().get(1).method());
            assertEquals("hello", origin.requests().get(1).text());
            assertEquals(Optional.of("5"), origin.requests().get(1).header("CONTENT-length"));
            assertTrue(origin.connections() >= 1);
        }
    }

    @Test
    void chunksAreReadAndExpectationsMet() throws Exception {
        try (HttpOrigin origin = HttpOrigin.named("one");
                TcpClient client = connect(origin.port())) {
            client.send("PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 100"));
            client.send("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n");
            client.readUntil("one /x");

            assertEquals("abcde", origin.requests().get(0).text());
        }
    }

    @Test
    void answersFollowTheScript() throws Exception {
        try (HttpOrigin origin = HttpOrigin.answering(request -> Reply.text(404, "nothing"))) {
            origin.next(Reply.text(200, "once").header("X-A", "b").after(Duration.ofMillis(20)));

            HttpResponse<String> first = get(origin, "/");
            assertEquals(
                    "once b",
                    first.body() + " " + first.headers().firstValue("x-a").orElse(""));
            assertEquals(404, get(origin, "/").statusCode());
            origin.answer(request -> Reply.text(500, ""));
            assertEquals(500, get(origin, "/").statusCode());
        }
    }

    @Test
    void answersCanBeCutResetClosedOrKeptBack() throws Exception {
        try (HttpOrigin origin = HttpOrigin.named("one")) {
            for (Reply broken : new Reply[] {
                Reply.reset(), Reply.close(), Reply.text(200, "0123456789").cut(70, Reply.Ending.RESET)
            }) {
                origin.answer(request -> broken);
                assertThrows(IOException.class, () -> get(origin, "/"));
            }
            origin.answer(request -> Reply.silence());
            HttpRequest impatient =
                    request(origin, "/").timeout(Duration.ofMillis(100)).build();
            assertThrows(IOException.class, () -> http.send(impatient, HttpResponse.BodyHandlers.ofString()));
        }
    }

    @Test
    void whatIsNoRequestEndsTheConnection() throws Exception {
        try (HttpOrigin origin = HttpOrigin.named("one");
                TcpClient client = connect(origin.port());
                TcpClient other = connect(origin.port())) {
            client.send("hello\r\n").awaitClose();
            other.send("GET / HTTP/1.1\r\nno colon\r\n").awaitClose();

            assertEquals(0, origin.requests().size());
        }
    }

    @Test
    void anOriginDiesAndComesBackOnItsPort() throws Exception {
        try (TcpOrigin origin = TcpOrigin.lines("one")) {
            TcpClient client = connect(origin.port());
            assertEquals("one a", client.send("a\r\n").readLine());
            origin.die();

            client.awaitClose();
            assertThrows(ConnectException.class, () -> connect(origin.port()));
            origin.revive();
            try (TcpClient again = connect(origin.port())) {
                assertEquals("one b", again.send("b\n").readLine());
                assertEquals(2, origin.sessions().get(1).number());
                assertEquals("b\n", origin.sessions().get(1).received());
            }
        }
    }

    @Test
    void aClientReadsInItsOwnWay() throws Exception {
        try (TcpOrigin origin = TcpOrigin.playing(session -> {
            session.send("ab\r\ncd");
            session.awaitEnd();
            session.send("end");
        })) {
            TcpClient client = connect(origin.port());
            assertEquals("ab", client.readLine());
            assertEquals('c', client.read(1)[0]);
            client.send("x").closeOutput();
            assertEquals("dend", client.readAll());
            assertThrows(IOException.class, () -> client.read(1));
            assertThrows(IOException.class, client::readLine);
            client.reset();
        }
    }
}
