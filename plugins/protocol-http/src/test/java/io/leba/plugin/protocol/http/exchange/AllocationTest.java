package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.testkit.Allocation;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the loop allocates for a request on connections that are kept: nothing, without filters and listeners. */
class AllocationTest {
    private static final String FIELDS = "Host: shop.example\r\nUser-Agent: test/1.0\r\nAccept: */*\r\n"
            + "Accept-Encoding: gzip, br\r\nCookie: session=0123456789abcdef; theme=dark\r\nX-Request-Id: 42\r\n";
    private static final double LESS_THAN_AN_OBJECT = 4;
    private static final int WARM_UP = 3_000;
    private static final int REQUESTS = 3_000;

    private ResourceLeakDetector.Level level;

    /** Tracking buffers allocates for each of them. */
    @BeforeEach
    void stopTracking() {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void goOnTracking() {
        ResourceLeakDetector.setLevel(level);
    }

    private static double bytesARequest(String request, String response) throws IOException {
        byte[] question = request.getBytes(StandardCharsets.ISO_8859_1);
        Origin.Script script = connection -> {
            String head = connection.readHead();
            int rest = head.indexOf("PUT") == 0 ? 4 : 0;
            while (head != null) {
                for (int i = 0; i < rest; i++) {
                    connection.read();
                }
                connection.write(response);
                head = connection.readHead();
            }
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio()) {
            proxy.kernel().forgetting();
            proxy.group().forgetting();
            proxy.start(origin.address());
            Thread[] loop = new Thread[1];
            proxy.kernel().loop().run(() -> loop[0] = Thread.currentThread());
            try (RawClient client = new RawClient(proxy.address())) {
                ask(client, question, WARM_UP);
                long before = Allocation.ofThread(loop[0]);
                ask(client, question, REQUESTS);
                long after = Allocation.ofThread(loop[0]);
                assertEquals(1, origin.connections().size());
                return (double) (after - before) / REQUESTS;
            }
        }
    }

    private static void ask(RawClient client, byte[] question, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            assertEquals(200, client.send(question).response().status());
        }
    }

    @Test
    void a_get_with_a_response_of_known_length() throws IOException {
        double bytes = bytesARequest(
                "GET /some/path?query=1 HTTP/1.1\r\n" + FIELDS + "\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000));
        assertTrue(bytes < LESS_THAN_AN_OBJECT, () -> bytes + " bytes a request");
    }

    @Test
    void a_put_with_a_body_and_a_chunked_response() throws IOException {
        double bytes = bytesARequest(
                "PUT /some/path HTTP/1.1\r\n" + FIELDS + "Content-Length: 4\r\n\r\nbody",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + "x".repeat(1000) + "\r\n0\r\n\r\n");
        assertTrue(bytes < LESS_THAN_AN_OBJECT, () -> bytes + " bytes a request");
    }
}
