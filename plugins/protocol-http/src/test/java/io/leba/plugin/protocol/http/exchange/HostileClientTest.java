package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.config.ByteSize;
import io.leba.spi.protocol.Outcome;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Clients that want LEBA to hold things: what they can make it hold is bounded, and each way has its name. */
class HostileClientTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

    private static Proxy with(long receiveRate, long sendRate) {
        HttpConfig.Limits limits = Proxy.limits(32 << 10, 8 << 10, 100, Optional.empty());
        return Proxy.onNio()
                .limited(new HttpConfig.Limits(
                        limits.head(),
                        limits.target(),
                        limits.headers(),
                        limits.body(),
                        limits.responseHead(),
                        new ByteSize(receiveRate),
                        new ByteSize(sendRate),
                        limits.passes()));
    }

    @Test
    void when_the_buffer_budget_is_spent_requests_are_refused_until_it_is_not() {
        List<String> reasons = new CopyOnWriteArrayList<>();
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio()
                        .listener(done -> reasons.add(done.reason()))
                        .start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            proxy.kernel().loop().spendBuffers(true);
            RawClient.Response response = client.send(GET).response();
            assertEquals(503, response.status());
            assertEquals("503 Service Unavailable: overloaded\n", response.body());
            assertEquals(1, proxy.refusals("overloaded"));
            proxy.kernel().loop().spendBuffers(false);
            assertEquals(200, client.send(GET).response().status(), "the connection stays");
            Eventually.until(() -> reasons.equals(List.of("overloaded", "")));
        }
    }

    @Test
    void a_head_that_has_not_come_whole_counts_as_held_until_it_has_or_never_will() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address());
                RawClient leaving = new RawClient(proxy.address())) {
            String part = "GET / HTTP/1.1\r\nHost: test\r\nX-Filler: " + "x".repeat(3000);
            client.send(part);
            leaving.send(part);
            Eventually.until(() -> proxy.kernel().loop().heldOnHeap() == 2L * part.length());
            leaving.reset();
            Eventually.until(() -> proxy.kernel().loop().heldOnHeap() == part.length());
            assertEquals(200, client.send("\r\n\r\n").response().status());
            assertEquals(0, proxy.kernel().loop().heldOnHeap());
        }
    }

    @Test
    void a_head_that_comes_slowly_is_refused_when_the_budget_is_spent() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost:");
            Eventually.until(() -> proxy.kernel().loop().heldOnHeap() > 0);
            proxy.kernel().loop().spendBuffers(true);
            client.send(" te");
            assertTrue(client.rest().endsWith("overloaded\n"));
            assertEquals(0, proxy.kernel().loop().heldOnHeap());
        }
    }

    @Test
    void a_head_of_a_byte_now_and_then_has_its_time_and_no_more() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n");
            for (int i = 0; i < 4; i++) {
                proxy.turn(Duration.ofSeconds(3));
                client.send("X-" + i + ": 1\r\n");
            }
            assertTrue(client.rest().endsWith("408 Request Timeout: head_timeout\n"));
            assertEquals(1, proxy.refusals("head_timeout"));
        }
    }

    @Test
    void a_body_that_comes_more_slowly_than_it_must_is_refused() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = with(100, 1).start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\nx");
            Eventually.until(() -> proxy.group().picks() == 1);
            for (int i = 0; i < 4; i++) {
                proxy.turn(Duration.ofSeconds(3));
                client.send("xx");
            }
            assertTrue(client.rest().endsWith("408 Request Timeout: body_too_slow\n"));
            assertEquals(1, proxy.refusals("body_too_slow"));
            Eventually.until(() -> proxy.group().inFlight() == 0);
            assertEquals(List.of(Outcome.CLIENT_ERROR), proxy.group().outcomes());
        }
    }

    @Test
    void a_client_that_takes_a_response_byte_by_byte_is_closed_and_counted() {
        try (Origin origin = Origin.saying("x".repeat(60_000));
                Proxy proxy = with(0, 1 << 20)) {
            proxy.kernel().prepare(channel -> channel.config().setOption(ChannelOption.SO_SNDBUF, 4096));
            proxy.start(origin.address());
            try (RawClient client = new RawClient(proxy.address(), 4096);
                    RawClient leaving = new RawClient(proxy.address(), 4096)) {
                client.send(GET);
                leaving.send(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
                Eventually.until(() -> proxy.kernel().exits().size() == 2);
                for (int i = 0; i < 3 && proxy.kernel().clients() > 0; i++) {
                    client.read(10);
                    leaving.read(10);
                    proxy.turn(Duration.ofSeconds(61));
                }
                Eventually.until(() -> proxy.kernel().clients() == 0);
                assertEquals(2, proxy.refusals("client_stalled"));
            }
        }
    }
}
