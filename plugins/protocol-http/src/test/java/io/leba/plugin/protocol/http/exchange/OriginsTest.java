package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.balance.Hash64;
import io.leba.spi.balance.HashKey;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.Verdict;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Who the client is, and what backends are told about it. */
class OriginsTest {
    private static String forwarded(Proxy proxy, Origin origin, String fields) {
        try (RawClient client = new RawClient(proxy.address())) {
            assertEquals(
                    200,
                    client.send("GET / HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n")
                            .response()
                            .status());
        }
        return origin.requests().get(origin.requests().size() - 1);
    }

    @Test
    void a_trusted_proxys_word_is_kept_and_extended() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().trusting("127.0.0.0/8").start(origin.address())) {
            assertEquals(
                    "GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.7, 10.0.0.9, 127.0.0.1\r\nVia: 1.1 leba\r\n"
                            + "Host: test\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\n"
                            + "Forwarded: for=203.0.113.7\r\n\r\n",
                    forwarded(
                            proxy,
                            origin,
                            "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\n"
                                    + "X-Forwarded-For: 10.0.0.9\r\nForwarded: for=203.0.113.7\r\n"));
            assertEquals(
                    "GET / HTTP/1.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nVia: 1.1 leba\r\n"
                            + "X-Forwarded-Host: test\r\nHost: test\r\n\r\n",
                    forwarded(proxy, origin, ""));
        }
    }

    @Test
    void what_connection_takes_away_of_a_trusted_proxys_word_leba_says_itself() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().trusting("127.0.0.0/8").start(origin.address())) {
            assertEquals(
                    "GET / HTTP/1.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nVia: 1.1 leba\r\n"
                            + "X-Forwarded-Host: test\r\nHost: test\r\n\r\n",
                    forwarded(
                            proxy,
                            origin,
                            "Connection: X-Forwarded-Proto, X-Forwarded-Host\r\nX-Forwarded-Proto: https\r\n"
                                    + "X-Forwarded-Host: shop\r\n"));
        }
    }

    @Test
    void anyone_elses_word_is_replaced() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().trusting("10.0.0.0/8").start(origin.address())) {
            String request = forwarded(
                    proxy, origin, "X-Forwarded-For: 203.0.113.7\r\nx-forwarded-port: 1\r\nX-Real-IP: 203.0.113.7\r\n");
            assertFalse(request.contains("203.0.113.7"), request);
            assertFalse(request.contains("port"), request);
            assertTrue(request.contains("X-Forwarded-For: 127.0.0.1\r\n"), request);
        }
    }

    @Test
    void what_anyone_else_says_about_a_clients_certificate_is_removed() {
        String claims = "Client-Cert: :bGVhZg==:\r\nclient-cert-chain: :aW50ZXI=:\r\nCLIENT-CERT-CHAIN: :cm9vdA==:\r\n"
                + "Client-Cert-Not: kept\r\n";
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().trusting("10.0.0.0/8").start(origin.address())) {
            assertEquals(
                    "GET / HTTP/1.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nVia: 1.1 leba\r\n"
                            + "X-Forwarded-Host: test\r\nHost: test\r\nClient-Cert-Not: kept\r\n\r\n",
                    forwarded(proxy, origin, claims));
        }
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().trusting("127.0.0.0/8").start(origin.address())) {
            String request = forwarded(proxy, origin, claims);
            assertTrue(request.endsWith("\r\n" + claims + "\r\n"), request);
        }
    }

    @Test
    void the_client_is_the_last_address_that_is_no_trusted_proxy() {
        AtomicReference<String> seen = new AtomicReference<>();
        HttpFilter filter = new HttpFilter() {
            @Override
            public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                seen.set(exchange.client().getAddress().getHostAddress());
                return Verdict.proceed();
            }
        };
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio()
                        .trusting("127.0.0.0/8", "10.0.0.0/8")
                        .filter(filter)
                        .start(origin.address())) {
            proxy.group().ask(HashKey.CLIENT_IP);
            String[][] cases = {
                {"", "127.0.0.1"},
                {"X-Forwarded-For: 203.0.113.7\r\n", "203.0.113.7"},
                {"X-Forwarded-For: 1.2.3.4, 203.0.113.7, 10.0.0.9\r\n", "203.0.113.7"},
                {"X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 203.0.113.7\r\n", "203.0.113.7"},
                {"X-Forwarded-For: 10.0.0.3, 10.0.0.9\r\n", "10.0.0.3"},
                {"X-Forwarded-For: 203.0.113.7:4711\r\n", "203.0.113.7"},
                {"X-Forwarded-For: [2001:db8::1]:4711\r\n", "2001:db8:0:0:0:0:0:1"},
                {"X-Forwarded-For: 2001:db8::1\r\n", "2001:db8:0:0:0:0:0:1"},
                {"X-Forwarded-For: unknown\r\n", "127.0.0.1"},
                {"X-Forwarded-For: 1.2.3.4, unknown, 10.0.0.9\r\n", "10.0.0.9"},
                {"X-Forwarded-For: \r\n", "127.0.0.1"},
            };
            for (String[] one : cases) {
                forwarded(proxy, origin, one[0]);
                assertEquals(one[1], seen.get(), one[0]);
                assertEquals(
                        Hash64.of(io.netty.util.NetUtil.createByteArrayFromIpAddressString(one[1])),
                        proxy.group().hashes().get(proxy.group().hashes().size() - 1),
                        one[0]);
            }
        }
    }

    @Test
    void a_head_that_outgrows_the_headroom_is_the_same_head() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            String host = "a".repeat(200) + ".test";
            String body = "b".repeat(5000);
            client.send("POST / HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 5000\r\n\r\n" + body);
            assertEquals(200, client.response().status());
            assertEquals(
                    "POST / HTTP/1.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nVia: 1.1 leba\r\n"
                            + "X-Forwarded-Host: " + host + "\r\nHost: " + host + "\r\nContent-Length: 5000\r\n\r\n"
                            + body,
                    origin.requests().get(0));
        }
    }
}
