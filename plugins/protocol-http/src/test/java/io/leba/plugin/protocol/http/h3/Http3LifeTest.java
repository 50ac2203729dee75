package io.leba.plugin.protocol.http.h3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Identity;
import io.leba.testkit.origin.Reply;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.time.Duration;
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
    void a_frontend_that_changes_it_says_goaway_and_one_without_it_leaves_the_port() throws Exception {
        assertEquals("200", peer.get("/").status());
        assertEquals(0, peer.retries.get());
        site.node.reload(site.config("{enabled: true, retry: always}"));
        assertTrue(peer.goAways.poll(20, TimeUnit.SECONDS) > 4);
        assertEquals(4L, peer.goAways.poll(20, TimeUnit.SECONDS));
        assertEquals(0x100, peer.closed.get(20, TimeUnit.SECONDS).error());
        try (Http3Peer other = Http3Peer.to(site.address())) {
            assertEquals("200", other.get("/").status());
            assertEquals(1, other.retries.get(), "clients prove their address from now on");
        }

        site.node.reload(site.config("{enabled: false}"));
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            new DatagramSocket(site.address()).close();
            return true;
        });
        site.node.reload(site.config("{enabled: true}"));
        try (Http3Peer again = Http3Peer.to(site.address())) {
            assertEquals("200", again.get("/").status());
        }
    }
}
