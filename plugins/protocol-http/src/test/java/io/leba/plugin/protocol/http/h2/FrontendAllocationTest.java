package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.testkit.Allocation;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the loop allocates for an HTTP/2 request: the stream, and little else. */
class FrontendAllocationTest {
    private static final double A_STREAM_AND_LITTLE_ELSE = 500;
    private static final int ROUNDS = 300;
    private static final int AT_ONCE = 10;

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

    @Test
    void a_get_with_a_response_of_known_length() throws IOException {
        String response = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: x\r\nContent-Length: 1000\r\n\r\n"
                + "x".repeat(1000);
        Origin.Script script = connection -> {
            while (connection.readHead() != null) {
                connection.write(response);
            }
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio()) {
            proxy.kernel().forgetting();
            proxy.group().forgetting();
            proxy.start(origin.address());
            Thread[] loop = new Thread[1];
            proxy.kernel().loop().run(() -> loop[0] = Thread.currentThread());
            try (SocketPeer client = new SocketPeer(proxy.address())) {
                ask(client);
                ask(client);
                long before = Allocation.ofThread(loop[0]);
                ask(client);
                double bytes = (double) (Allocation.ofThread(loop[0]) - before) / (ROUNDS * AT_ONCE);
                assertTrue(bytes < A_STREAM_AND_LITTLE_ELSE, () -> bytes + " bytes a request");
            }
        }
    }

    private static void ask(SocketPeer client) throws IOException {
        List<Peer.Call> calls = client.peer.calls;
        for (int round = 0; round < ROUNDS; round++) {
            calls.clear();
            for (int i = 0; i < AT_ONCE; i++) {
                client.peer.ask("GET", "/some/path?query=1", true, "user-agent", "test/1.0", "accept", "*/*");
            }
            client.until(() -> calls.stream().allMatch(call -> call.isEnded));
            assertEquals(1000, calls.get(0).body.length());
        }
    }
}
