package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients that read slowly or not at all: they get all of it in the end, and make LEBA hold little meanwhile. */
class SlowClientTest {
    private static final int SMALL = 4096;

    private static Proxy proxy(Origin origin) {
        Proxy proxy = Proxy.onNio();
        proxy.kernel().prepare(channel -> channel.config().setOption(ChannelOption.SO_SNDBUF, SMALL));
        return proxy.start(origin.address());
    }

    /** Lets the loop take in what has been sent. */
    private static void settle(Proxy proxy) {
        for (int i = 0; i < 3; i++) {
            proxy.kernel().loop().run(() -> {});
        }
    }

    @Test
    void a_client_that_asks_and_does_not_read_is_not_served_further() {
        try (Origin origin = Origin.saying("x".repeat(5_000));
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address(), SMALL)) {
            int asked = 200;
            for (int i = 0; i < asked; i++) {
                client.send("GET /" + i + " HTTP/1.1\r\nHost: test\r\n\r\n");
                for (int wait = 0; wait < 100 && proxy.kernel().exits().size() == i; wait++) {
                    settle(proxy);
                }
            }
            int served = origin.requests().size();
            assertTrue(served < 30, () -> served + " responses wait in memory");
            for (int i = 0; i < asked; i++) {
                assertEquals(5_000, client.response().body().length());
            }
            assertEquals(asked, origin.requests().size());
        }
    }

    @Test
    void what_is_to_be_sent_is_sent_before_the_connection_is_closed() {
        String body = "x".repeat(60_000);
        try (Origin origin = Origin.saying(body);
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address(), SMALL)) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
            Eventually.until(() -> proxy.kernel().exits().size() == 1);
            proxy.turn(Duration.ofSeconds(3));
            assertTrue(client.rest().endsWith("\r\n\r\n" + body));
        }
    }

    @Test
    void a_client_that_ends_its_output_gets_what_is_still_to_be_sent() {
        String body = "x".repeat(60_000);
        try (Origin origin = Origin.saying(body);
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address(), SMALL)) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
            Eventually.until(() -> proxy.kernel().exits().size() == 1);
            client.endOutput();
            settle(proxy);
            assertTrue(client.rest().endsWith("\r\n\r\n" + body));
        }
    }

    @Test
    void a_client_that_reads_the_last_response_slowly_is_not_idle() {
        String body = "x".repeat(60_000);
        try (Origin origin = Origin.saying(body);
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address(), SMALL)) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.until(() -> proxy.kernel().exits().size() == 1);
            StringBuilder got = new StringBuilder();
            int turns = 0;
            for (long unsent = proxy.kernel().unsent();
                    unsent > 0;
                    unsent = proxy.kernel().unsent()) {
                long before = unsent;
                proxy.turn(Duration.ofSeconds(61));
                turns++;
                Eventually.until(() -> {
                    got.append(client.readExactly(100));
                    return proxy.kernel().unsent() < before;
                });
            }
            assertTrue(turns > 1, "it took longer than an idle connection may last");
            proxy.turn(Duration.ofSeconds(1));
            proxy.kernel().drain();
            assertTrue((got + client.rest()).endsWith("\r\n\r\n" + body));
        }
    }

    @Test
    void a_client_that_reads_nothing_more_is_closed() {
        try (Origin origin = Origin.saying("x".repeat(60_000));
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address(), SMALL);
                RawClient leaving = new RawClient(proxy.address(), SMALL)) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            leaving.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
            Eventually.until(() -> proxy.kernel().exits().size() == 2);
            assertEquals(2, proxy.kernel().clients());
            for (int i = 0; i < 3; i++) {
                proxy.turn(Duration.ofSeconds(61));
            }
            Eventually.until(() -> proxy.kernel().clients() == 0);
        }
    }

    @Test
    void small_pieces_that_wait_do_not_each_hold_a_read_buffer() {
        int pieces = 25;
        Semaphore next = new Semaphore(0);
        AtomicInteger sent = new AtomicInteger();
        Origin.Script script = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + (20_000 + pieces * 1000) + "\r\n\r\n");
            connection.write("x".repeat(20_000));
            for (int i = 0; i < pieces; i++) {
                next.acquireUninterruptibly();
                connection.write("y".repeat(1000));
                sent.incrementAndGet();
            }
            connection.readAll();
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address(), SMALL)) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.until(() -> origin.requests().size() == 1);
            for (int i = 1; i <= pieces; i++) {
                int count = i;
                next.release();
                Eventually.until(() -> sent.get() == count);
                settle(proxy);
            }
            int made = proxy.kernel().loop().readBuffersMade();
            assertTrue(made < 5, () -> made + " read buffers");
            assertEquals(
                    "x".repeat(20_000) + "y".repeat(pieces * 1000),
                    client.response().body());
        }
    }
}
