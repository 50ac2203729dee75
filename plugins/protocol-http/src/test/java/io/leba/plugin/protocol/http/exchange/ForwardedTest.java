package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.plugin.protocol.http.head.ForwardStamp.Words;
import io.leba.plugin.protocol.http.head.HeadLimits;
import io.leba.plugin.protocol.http.head.RequestComposer;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.spi.balance.Hash64;
import io.leba.spi.balance.HashKey;
import io.leba.spi.config.Cidr;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.Verdict;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Forwarded} (RFC 7239): what backends are told in it, and what is taken of it. */
class ForwardedTest {
    private static final String OWN = "Forwarded: for=127.0.0.1;proto=http;host=\"test\"\r\n";
    private static final String X =
            "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nVia: 1.1 leba\r\nX-Forwarded-Host: test\r\n";

    private final Origin origin = Origin.saying("x");
    private final Proxy proxy = Proxy.onNio();

    @AfterEach
    void stop() {
        Eventually.until(() -> proxy.kernel().open() == 0);
        proxy.close();
        origin.close();
    }

    private void start(Words words, String... trusted) {
        HttpConfig all = Proxy.config();
        proxy.with(new HttpConfig(
                        Stream.of(trusted).map(Cidr::parse).toList(),
                        all.via(),
                        words,
                        all.pathPolicy(),
                        all.keepAliveRequests(),
                        all.timeouts(),
                        all.limits(),
                        all.http2(),
                        all.http3(),
                        all.upgrade(),
                        all.grpc()))
                .start(origin.address());
    }

    private String seen(String fields) {
        try (RawClient client = new RawClient(proxy.address())) {
            assertEquals(
                    200,
                    client.send("GET / HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n")
                            .response()
                            .status());
        }
        List<String> all = origin.requests();
        return all.get(all.size() - 1);
    }

    /** Who clients are taken for. */
    private AtomicReference<String> clients() {
        AtomicReference<String> seen = new AtomicReference<>();
        proxy.filter(new HttpFilter() {
            @Override
            public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                seen.set(exchange.client().getAddress().getHostAddress());
                return Verdict.proceed();
            }
        });
        return seen;
    }

    @Test
    void one_field_takes_the_place_of_three() {
        start(Words.RFC7239);
        assertEquals("GET / HTTP/1.1\r\n" + OWN + "Via: 1.1 leba\r\nHost: test\r\n\r\n", seen(""));
    }

    @Test
    void both_are_said_if_both_are_wanted() {
        start(Words.BOTH);
        assertEquals("GET / HTTP/1.1\r\n" + OWN + X + "Host: test\r\n\r\n", seen(""));
    }

    @Test
    void what_clients_claim_is_left_out() {
        start(Words.BOTH);
        assertEquals(
                "GET / HTTP/1.1\r\n" + OWN + X + "Host: test\r\n\r\n",
                seen("Forwarded: for=10.0.0.1\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\n"));
    }

    @Test
    void a_trusted_proxys_elements_come_first_and_nothing_goes_on_that_is_not_complete() {
        start(Words.RFC7239, "127.0.0.0/8");
        assertEquals(
                "GET / HTTP/1.1\r\nForwarded: for=203.0.113.7;proto=https, for=10.0.0.9, for=127.0.0.1;proto=http;host=\"test\"\r\n"
                        + "Via: 1.1 leba\r\nHost: test\r\nA: b\r\n\r\n",
                seen("Forwarded: for=203.0.113.7;proto=https\r\nX-Forwarded-For: 203.0.113.7\r\nA: b\r\n"
                        + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\nForwarded: for=10.0.0.9\r\n"));
    }

    @Test
    void a_trusted_proxys_words_are_extended_in_both() {
        start(Words.BOTH, "127.0.0.0/8");
        String request = seen("Forwarded: for=203.0.113.7\r\nX-Forwarded-For: 203.0.113.7\r\n");
        assertTrue(
                request.contains("\r\nForwarded: for=203.0.113.7, for=127.0.0.1;proto=http;host=\"test\"\r\n"),
                request);
        assertTrue(request.contains("\r\nX-Forwarded-For: 203.0.113.7, 127.0.0.1\r\n"), request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"for=1.2.3.4;host=\"a", "for=1.2.3.4;host=\"a\\\"", "for=1.2.3.4;host=\"a\\"})
    void quotes_that_stay_open_do_not_swallow_what_leba_says(String said) {
        start(Words.BOTH, "127.0.0.0/8");
        String request = seen("Forwarded: for=1.1.1.1\r\nForwarded: " + said + "\r\n");
        assertTrue(request.contains("\r\n" + OWN), request);
    }

    @Test
    void quotes_that_are_closed_are_kept() {
        start(Words.BOTH, "127.0.0.0/8");
        String request = seen("Forwarded: for=\"[::1]\";host=\"a\\\"b\"\r\n");
        assertTrue(request.contains("\r\nForwarded: for=\"[::1]\";host=\"a\\\"b\", for=127.0.0.1;"), request);
    }

    @Test
    void addresses_with_colons_are_quoted() {
        byte[] text = "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        RequestHead head = new RequestHead();
        head.append(text, text.length);
        assertEquals(text.length, head.scan(new HeadLimits(4096, 1024, 100)));
        assertNull(head.judge());
        Bytes out = new Bytes(64);
        RequestComposer.compose(head, new ForwardStamp("2001:db8::1", true, "", "2.0", "h", Words.RFC7239), null, out);
        assertEquals(
                "GET / HTTP/1.1\r\nForwarded: for=\"[2001:db8::1]\";proto=https;host=\"[::1]:80\"\r\n",
                new String(out.array(), 0, out.length(), StandardCharsets.US_ASCII));
    }

    @Test
    void a_request_without_a_host_says_none() {
        start(Words.RFC7239);
        try (RawClient client = new RawClient(proxy.address())) {
            assertEquals(200, client.send("GET / HTTP/1.0\r\n\r\n").response().status());
        }
        String request = origin.requests().get(0);
        assertTrue(request.contains("\r\nForwarded: for=127.0.0.1;proto=http\r\n"), request);
    }

    @Test
    void a_filter_that_sets_it_has_the_last_word() {
        proxy.filter(new HttpFilter() {
            @Override
            public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                request.setHeader("Forwarded", "for=_hidden");
                return Verdict.proceed();
            }
        });
        start(Words.BOTH);
        String request = seen("Forwarded: for=10.0.0.1\r\n");
        assertTrue(request.contains("\r\nForwarded: for=_hidden\r\n"), request);
        assertEquals(request.indexOf("\r\nForwarded:"), request.lastIndexOf("\r\nForwarded:"), request);
        assertTrue(request.contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"), request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "for=203.0.113.7 | 203.0.113.7",
                "For=203.0.113.7;proto=https | 203.0.113.7",
                "proto=https;by=10.0.0.1;for=203.0.113.7 | 203.0.113.7",
                "for=1.2.3.4, for=203.0.113.7, for=10.0.0.9 | 203.0.113.7",
                "for=\"203.0.113.7:4711\" | 203.0.113.7",
                "for=\"[2001:db8::1]:4711\" | 2001:db8:0:0:0:0:0:1",
                "for=\"[2001:db8::1]\" | 2001:db8:0:0:0:0:0:1",
                "for=10.0.0.3, for=10.0.0.9 | 10.0.0.3",
                "for=unknown | 127.0.0.1",
                "for=_secret, for=10.0.0.9 | 10.0.0.9",
                "for=203.0.113.7, for=unknown | 127.0.0.1",
                "proto=https | 127.0.0.1",
                "for=203.0.113.7, proto=https | 127.0.0.1",
                "for=203.0.113.7;host=\"a,for=1.2.3.4\" | 203.0.113.7",
                "for=203.0.113.7;host=\"a\\\",for=1.2.3.4\" | 203.0.113.7",
                "for=203.0.113.7;host=\"a,for=1.2.3.4 | 127.0.0.1",
                "for=1.2.3.4;for=203.0.113.7 | 127.0.0.1",
                ", for=203.0.113.7 | 203.0.113.7",
                "x-for=1.2.3.4;for=203.0.113.7 | 203.0.113.7"
            })
    void the_client_is_the_last_address_that_is_no_trusted_proxy(String said, String client) {
        AtomicReference<String> seen = clients();
        proxy.group().ask(HashKey.CLIENT_IP);
        start(Words.RFC7239, "127.0.0.0/8", "10.0.0.0/8");
        seen("Forwarded: " + said + "\r\nX-Forwarded-For: 9.9.9.9\r\n");
        assertEquals(client, seen.get(), said);
        assertEquals(
                List.of(Hash64.of(NetUtil.createByteArrayFromIpAddressString(client))),
                proxy.group().hashes());
    }

    @Test
    void the_field_that_all_proxies_know_comes_first_where_both_are_taken() {
        AtomicReference<String> seen = clients();
        start(Words.BOTH, "127.0.0.0/8");
        seen("Forwarded: for=203.0.113.7\r\nX-Forwarded-For: 203.0.113.8\r\n");
        assertEquals("203.0.113.8", seen.get());
        seen("Forwarded: for=203.0.113.7\r\n");
        assertEquals("203.0.113.7", seen.get());
    }

    @Test
    void nothing_is_taken_of_it_unless_it_is_wanted() {
        start(Words.X_FORWARDED, "127.0.0.0/8");
        String request = seen("Forwarded: for=203.0.113.7\r\n");
        assertTrue(request.contains("\r\nForwarded: for=203.0.113.7\r\n"), request);
        assertFalse(request.contains("for=127.0.0.1"), request);
    }
}
