package io.leba.plugin.protocol.http.h3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Identity;
import io.leba.testkit.origin.Reply;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of HTTP/3 when a node changes or stops. */
@Timeout(60)
class Http3LifeTest {
    @TempDir
    private static Path folder;

    private static Identity identity;

    private Http3Site site;
    private Http3Peer peer;

    @BeforeAll
    static void identity() throws Exception {
        identity = Identity.in(folder);
    }

    @BeforeEach
    void start() throws Exception {
        site = new Http3Site(identity);
        peer = Http3Peer.to(site.address());
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        site.close();
    }

    @Test
    void a_frontend_that_stops_to_speak_it_says_goaway() throws Exception {
        assertEquals("200", peer.get("/").status());
        site.node.reload(site.config("{enabled: false}"));
        assertTrue(peer.goAways.poll(20, TimeUnit.SECONDS) > 4);
        assertEquals(4L, peer.goAways.poll(20, TimeUnit.SECONDS));
        assertEquals(0x100, peer.closed.get(20, TimeUnit.SECONDS).error());
        site.node.reload(site.config("{enabled: true}"));
        try (Http3Peer again = Http3Peer.to(site.address())) {
            assertEquals("200", again.get("/").status());
        }
    }

    @Test
    void a_request_under_way_is_served_when_the_node_stops() throws Exception {
        CountDownLatch isLeaving = new CountDownLatch(1);
        site.origin.answer(request -> {
            try {
                isLeaving.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Reply.text(200, "late");
        });
        Http3Call call = peer.ask(peer.head("GET", "/slow"));
        Awaitility.await().until(() -> site.origin.requests().size() == 1);
        Thread stopping = new Thread(() -> site.node.close());
        stopping.start();
        assertTrue(peer.goAways.poll(20, TimeUnit.SECONDS) > 4);
        isLeaving.countDown();
        assertEquals("late", call.whole().text());
        stopping.join();
    }

    @Test
    void with_retry_clients_prove_their_address() throws Exception {
        assertEquals(0, peer.retries.get());
        site.node.reload(site.config("{enabled: true, retry: always}"));
        assertEquals(0x100, peer.closed.get(20, TimeUnit.SECONDS).error());
        Awaitility.await().untilAsserted(() -> {
            try (Http3Peer other = Http3Peer.to(site.address())) {
                assertEquals("200", other.get("/").status());
                assertEquals(1, other.retries.get());
            }
        });
    }
}
