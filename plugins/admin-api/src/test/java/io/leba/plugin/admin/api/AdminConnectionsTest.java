package io.leba.plugin.admin.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.AdminEndpoint;
import io.leba.testkit.TestScope;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How the management address treats its connections, and bounds what they cost. */
class AdminConnectionsTest extends AdminApiFixture {
    @Test
    void aClientThatNeverFinishesItsRequestIsCutOffAndKeepsNobodyOut() throws Exception {
        replace(new Limits(256, 4, 8192, 32768, 1024, Duration.ofMillis(300), Duration.ofSeconds(5), Duration.ZERO));
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                Socket socket = connect();
                socket.getOutputStream().write("GET / HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            assertEquals(200, get("/healthz").statusCode());
            for (Socket socket : slow) {
                assertEquals(-1, socket.getInputStream().read());
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void moreConnectionsThanAllowedAreClosedAtOnce() throws Exception {
        replace(new Limits(1, 4, 8192, 32768, 1024, Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ZERO));
        try (Socket first = connect();
                Socket second = connect()) {
            assertEquals(-1, second.getInputStream().read());
            assertTrue(
                    exchange(first, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void whatIsTooLongOrNoHttpIsRefusedWithTheRightStatus() throws Exception {
        assertTrue(
                raw("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 414"));
        assertTrue(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(33000) + "\r\n\r\n")
                .startsWith("HTTP/1.1 431"));
        assertTrue(raw("hello\r\n\r\n").startsWith("HTTP/1.1 400"));
        assertTrue(raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").startsWith("HTTP/1.1 400"));
        assertTrue(raw("POST /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2000000\r\n\r\n")
                .startsWith("HTTP/1.1 413"));
        assertEquals(200, get("/healthz").statusCode());
    }

    @Test
    void aConnectionServesRequestAfterRequestAlsoWhenTheyComeAtOnce() throws Exception {
        String three = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2)
                + "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        String answers = raw(three);
        assertEquals(3, answers.split("HTTP/1.1 200 OK", -1).length - 1, answers);
        assertTrue(answers.endsWith("ready\n"), answers);
    }

    @Test
    void aClientThatClosesItsSideAfterTheRequestGetsItsAnswer() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.endsWith("ok\n"), answer);
        }
    }

    @Test
    void atMostSoManyPagesAreMadeAtATimeAndTheOthersWait() throws Exception {
        replace(new Limits(64, 2, 8192, 32768, 1024, Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ZERO));
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger entered = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        control.endpoints.add(endpoint("/slow", request -> {
            most.accumulateAndGet(entered.incrementAndGet(), Math::max);
            release.await();
            entered.decrementAndGet();
            return new AdminEndpoint.Answer(200, "text/plain", new byte[0]);
        }));
        List<CompletableFuture<HttpResponse<Void>>> pending = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pending.add(client.sendAsync(
                    HttpRequest.newBuilder(uri("/slow")).build(), HttpResponse.BodyHandlers.discarding()));
        }
        await().until(() -> entered.get() == 2);
        release.countDown();
        for (var one : pending) {
            assertEquals(200, one.get().statusCode());
        }
        assertEquals(2, most.get());
    }

    @Test
    void aReplacedOneAnswersWhatIsUnderWayAndThenEndsItsConnections() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        control.endpoints.add(endpoint("/slow", request -> {
            entered.countDown();
            release.await();
            return new AdminEndpoint.Answer(200, "text/plain", "done".getBytes(StandardCharsets.UTF_8));
        }));
        try (Socket busy = connect();
                Socket idle = connect();
                Socket late = connect()) {
            String get = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
            assertTrue(exchange(idle, get).startsWith("HTTP/1.1 200"));
            assertTrue(exchange(late, get).startsWith("HTTP/1.1 200"));
            busy.getOutputStream().write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            entered.await();

            TestScope another = TestScope.of("api");
            AdminApi next = make(another, Limits.USUAL);
            ear.giveTo(next);
            next.start(control);
            api.drain();

            String told = exchange(late, get);
            assertTrue(told.contains("connection: close"), told);
            assertEquals(-1, late.getInputStream().read());
            assertEquals(-1, idle.getInputStream().read());
            assertEquals(200, get("/healthz").statusCode());
            release.countDown();
            String answer = new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.contains("connection: close") && answer.endsWith("done"), answer);
            another.close();
        }
    }

    @Test
    void aSlowPageDoesNotBlockTheOthers() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        control.endpoints.add(endpoint("/slow", request -> {
            entered.countDown();
            release.await();
            return new AdminEndpoint.Answer(200, "text/plain", new byte[0]);
        }));
        var pending =
                client.sendAsync(HttpRequest.newBuilder(uri("/slow")).build(), HttpResponse.BodyHandlers.discarding());
        entered.await();
        assertEquals(200, get("/healthz").statusCode());
        release.countDown();
        assertEquals(200, pending.get().statusCode());
    }

    @Test
    void connectionsAreClosedWithTheScope() throws Exception {
        try (Socket socket = connect()) {
            assertTrue(
                    exchange(socket, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 200"));
            scope.close();
            assertEquals(-1, socket.getInputStream().read());
        }
    }
}
