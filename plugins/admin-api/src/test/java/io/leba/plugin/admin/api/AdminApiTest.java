package io.leba.plugin.admin.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.AdminEndpoint;
import io.leba.testkit.TestScope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminApiTest {
    private final TestScope scope = TestScope.of("api");
    private final FakeControl control = new FakeControl();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Workers workers = new Workers();
    private final AdminApi api = make(scope, Limits.USUAL);
    private final Ear ear = new Ear(api);

    @BeforeEach
    void start() {
        api.start(control);
    }

    @AfterEach
    void stop() {
        scope.close();
        ear.close();
        workers.close();
    }

    private AdminApi make(TestScope owner, Limits limits) {
        return new AdminApi(new AdminApiConfig(0, Optional.of("127.0.0.1")), owner, workers, limits);
    }

    /** Puts another one in the place of the first, with limits that are reached soon. */
    private AdminApi replace(Limits limits) {
        AdminApi next = make(scope, limits);
        ear.giveTo(next);
        next.start(control);
        return next;
    }

    @Test
    void aliveIsAnsweredWhileTheNodeIsNotReady() throws Exception {
        control.ready = false;
        assertEquals(200, get("/healthz").statusCode());
        assertEquals(200, get("/livez").statusCode());
        assertEquals(503, get("/readyz").statusCode());
        control.ready = true;
        assertEquals(200, get("/readyz").statusCode());
        assertEquals("ready\n", get("/readyz").body());
    }

    @Test
    void theStateIsJsonWithSnakeCaseKeys() throws Exception {
        HttpResponse<String> response = get("/api/v1/state");
        assertEquals(
                "application/json",
                response.headers().firstValue("content-type").orElseThrow());
        assertEquals(
                "{\"node_id\":\"node<1>\",\"version\":\"0.1.0\",\"generation\":7,\"ready\":true,\"uptime_millis\":1500,"
                        + "\"frontends\":[{\"name\":\"web\",\"protocol\":\"http\",\"address\":\"0.0.0.0:5000\","
                        + "\"connections\":2,\"exchanges\":30}],"
                        + "\"groups\":[{\"name\":\"app\",\"protocol\":\"http\",\"algorithm\":\"round-robin\","
                        + "\"backends\":[{\"name\":\"a\",\"address\":\"127.0.0.1:9001\",\"weight\":1,\"weight_override\":null,\"effective_weight\":0,\"admin\":\"ready\",\"health\":\"down\","
                        + "\"reason\":\"connection \\\"refused\\\"\",\"in_flight\":0,\"exchanges\":30,\"failures\":2,"
                        + "\"idle_connections\":1}]}]}\n",
                response.body());
    }

    @Test
    void thePluginsAreListed() throws Exception {
        assertEquals(
                "{\"plugins\":[{\"id\":\"io.leba.plugin.x\",\"version\":\"1.0\",\"state\":\"started\","
                        + "\"provides\":[\"balancer round-robin\"],\"jar\":\"x.jar\",\"problem\":\"\"}]}\n",
                get("/api/v1/plugins").body());
    }

    @Test
    void anEndpointIsServedAsSoonAsItIsPublishedAndNoLonger() throws Exception {
        assertEquals(404, get("/metrics").statusCode());
        AtomicReference<AdminEndpoint.Request> seen = new AtomicReference<>();
        AdminEndpoint endpoint = endpoint("/metrics", request -> {
            seen.set(request);
            return new AdminEndpoint.Answer(
                    200, "text/plain; version=0.0.4", "up 1\n".getBytes(StandardCharsets.UTF_8));
        });
        control.endpoints.add(endpoint);
        HttpResponse<String> response = get("/metrics?name%5B%5D=a+b&name%5B%5D=c&flag", "Accept", "text/plain");
        assertEquals("up 1\n", response.body());
        assertEquals(
                "text/plain; version=0.0.4",
                response.headers().firstValue("content-type").orElseThrow());
        assertEquals(List.of("a b", "c"), seen.get().query().get("name[]"));
        assertEquals(List.of(""), seen.get().query().get("flag"));
        assertEquals(List.of("text/plain"), seen.get().headers().get("accept"));
        control.endpoints.clear();
        assertEquals(404, get("/metrics").statusCode());
    }

    @Test
    void anEndpointCannotHideAPageOfTheAddressItself() throws Exception {
        control.endpoints.add(
                endpoint("/healthz", request -> new AdminEndpoint.Answer(500, "text/plain", new byte[0])));
        assertEquals(200, get("/healthz").statusCode());
    }

    @Test
    void aPageThatThrowsIsAnAnswerOf500AndTheNextRequestIsServed() throws Exception {
        control.endpoints.add(endpoint("/broken", request -> {
            throw new IOException("no");
        }));
        HttpResponse<String> response = get("/broken");
        assertEquals(500, response.statusCode());
        assertFalse(response.body().contains("IOException"), response.body());
        assertEquals(200, get("/healthz").statusCode());
    }

    @Test
    void theIndexListsEveryPageWithItsTitleEscaped() throws Exception {
        control.endpoints.add(endpoint("/metrics", "Metrics <b>&\"'", request -> null));
        HttpResponse<String> response = get("/");
        assertEquals(200, response.statusCode());
        assertEquals(
                "text/html; charset=utf-8",
                response.headers().firstValue("content-type").orElseThrow());
        String page = response.body();
        for (String path : List.of("/healthz", "/readyz", "/api/v1/state", "/api/v1/plugins", "/metrics")) {
            assertTrue(page.contains("<a href=\"" + path + "\">"), path);
        }
        assertTrue(page.contains("Metrics &lt;b&gt;&amp;&quot;&#39;"), page);
        assertTrue(page.contains("node&lt;1&gt;"), page);
        assertTrue(page.contains("<html lang=\"en\">") && page.contains("<caption>") && page.contains("scope=\"col\""));
        control.ready = false;
        assertTrue(get("/").body().contains("not ready"));
    }

    @Test
    void aHeadHasTheLengthOfTheGetAndNoBody() throws Exception {
        HttpResponse<String> head = client.send(
                HttpRequest.newBuilder(uri("/healthz")).method("HEAD", noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, head.statusCode());
        assertEquals("3", head.headers().firstValue("content-length").orElseThrow());
        assertEquals("", head.body());
    }

    @Test
    void otherMethodsAreRefusedWithWhatIsAllowed() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(uri("/healthz"))
                            .method(method, HttpRequest.BodyPublishers.ofString("x"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(405, response.statusCode(), method);
            assertEquals("GET, HEAD", response.headers().firstValue("allow").orElseThrow());
        }
    }

    @Test
    void everyAnswerForbidsSniffingFramingCachingAndForeignUse() throws Exception {
        for (String path : List.of("/", "/healthz", "/nothing")) {
            HttpResponse<String> response = get(path, "Origin", "http://evil.example");
            assertEquals(
                    "nosniff",
                    response.headers().firstValue("x-content-type-options").orElseThrow());
            assertEquals(
                    "DENY", response.headers().firstValue("x-frame-options").orElseThrow());
            assertEquals(
                    "no-store", response.headers().firstValue("cache-control").orElseThrow());
            assertEquals(
                    "no-referrer",
                    response.headers().firstValue("referrer-policy").orElseThrow());
            assertTrue(response.headers()
                    .firstValue("content-security-policy")
                    .orElseThrow()
                    .startsWith("default-src 'none'; style-src 'sha256-"));
            assertTrue(
                    response.headers().firstValue("access-control-allow-origin").isEmpty());
        }
    }

    @Test
    void aBadQueryIsAnAnswerOf400() throws Exception {
        assertTrue(raw("GET /healthz?a=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 400"));
    }

    @Test
    void onlyTheExactPathIsAPage() throws Exception {
        assertEquals(404, get("/healthz/").statusCode());
        assertEquals(404, get("/api/v1/state/x").statusCode());
        assertEquals(404, get("/api").statusCode());
    }

    @Test
    void aLongAnswerIsCompressedForThoseWhoTakeIt() throws Exception {
        String text = "leba_requests_total 1\n".repeat(500);
        control.endpoints.add(endpoint(
                "/metrics",
                request -> new AdminEndpoint.Answer(200, "text/plain", text.getBytes(StandardCharsets.UTF_8))));
        HttpResponse<byte[]> zipped = client.send(
                HttpRequest.newBuilder(uri("/metrics"))
                        .header("Accept-Encoding", "br, gzip;q=0.5")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertEquals("gzip", zipped.headers().firstValue("content-encoding").orElseThrow());
        assertTrue(zipped.body().length < text.length() / 10);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertEquals(text, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(text, get("/metrics").body());
        assertEquals(text, get("/metrics", "Accept-Encoding", "gzip;q=0").body());
    }

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

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), ear.address().getPort());
    }

    /** Sends a request and reads an answer, which comes in one piece. */
    private static String exchange(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte[8192];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), ear.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private URI uri(String path) {
        return URI.create("http://" + AdminApi.show(ear.address()) + path);
    }

    private static HttpRequest.BodyPublisher noBody() {
        return HttpRequest.BodyPublishers.noBody();
    }

    private static AdminEndpoint endpoint(String path, Content content) {
        return endpoint(path, "a page", content);
    }

    private static AdminEndpoint endpoint(String path, String title, Content content) {
        return new AdminEndpoint() {
            @Override
            public String path() {
                return path;
            }

            @Override
            public String title() {
                return title;
            }

            @Override
            public Answer get(Request request) throws Exception {
                return content.get(request);
            }
        };
    }

    private interface Content {
        AdminEndpoint.Answer get(AdminEndpoint.Request request) throws Exception;
    }
}
