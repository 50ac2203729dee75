package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.spi.config.ByteSize;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static Proxy proxy(HttpConfig.Limits limits, HttpConfig.PathPolicy policy) {
        return Proxy.onNio()
                .with(new HttpConfig(
                        List.of(),
                        "leba",
                        ForwardStamp.Words.X_FORWARDED,
                        policy,
                        0,
                        Proxy.config().timeouts(),
                        limits,
                        Proxy.http2(),
                        Proxy.http3(),
                        Proxy.config().upgrade(),
                        Proxy.config().grpc()));
    }

    private static Proxy proxy() {
        return proxy(Proxy.limits(1000, 200, 10, Optional.of(new ByteSize(100))), HttpConfig.PathPolicy.SAFE);
    }

    private static void expect(String status, String reason, String request) {
        for (int readSize : new int[] {1, 64, 64 << 10}) {
            try (Origin origin = Origin.saying("x");
                    Proxy proxy = proxy()) {
                proxy.kernel().loop().readAtMost(readSize);
                proxy.start(origin.address());
                try (RawClient client = new RawClient(proxy.address())) {
                    String all = client.send(request).rest();
                    assertTrue(all.startsWith("HTTP/1.1 " + status), all);
                    assertTrue(all.contains("Connection: close\r\n"), all);
                    assertTrue(all.endsWith(": " + reason + "\n"), all);
                    assertEquals(1, proxy.refusals(reason));
                    assertEquals(List.of(), origin.requests());
                }
            }
        }
    }

    private static void pass(String request) {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = proxy().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            assertEquals(200, client.send(request).response().status());
        }
    }

    @Test
    void a_head_within_the_limit_passes_and_one_byte_more_does_not() {
        String head = "GET / HTTP/1.1\r\nHost: test\r\nX: ";
        int room = 1000 - head.length() - 4;
        pass(head + "x".repeat(room) + "\r\n\r\n");
        expect("431", "head_too_large", head + "x".repeat(room + 1) + "\r\n\r\n");
        expect("431", "head_too_large", head + "x".repeat(3000));
    }

    @Test
    void a_target_within_the_limit_passes_and_one_byte_more_does_not() {
        pass("GET /" + "a".repeat(199) + " HTTP/1.1\r\nHost: test\r\n\r\n");
        expect("414", "target_too_long", "GET /" + "a".repeat(200) + " HTTP/1.1\r\nHost: test\r\n\r\n");
        expect("414", "target_too_long", "GET /" + "a".repeat(5000));
    }

    @Test
    void as_many_fields_as_the_limit_pass_and_one_more_does_not() {
        pass("GET / HTTP/1.1\r\nHost: test\r\n" + "A: b\r\n".repeat(9) + "\r\n");
        expect("431", "too_many_fields", "GET / HTTP/1.1\r\nHost: test\r\n" + "A: b\r\n".repeat(10) + "\r\n");
    }

    @Test
    void a_body_within_the_limit_passes_and_one_byte_more_does_not() {
        pass("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n" + "x".repeat(100));
        expect("413", "body_too_large", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 101\r\n\r\n");
    }

    @Test
    void a_chunked_body_is_held_to_the_limit_as_it_comes() {
        String head = "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunk = "14\r\n" + "x".repeat(20) + "\r\n";
        pass(head + chunk.repeat(5) + "0\r\n\r\n");
        expect("413", "body_too_large", head + chunk.repeat(6) + "0\r\n\r\n");
        expect("413", "body_too_large", head + "65\r\n");
    }

    @Test
    void the_strict_policy_refuses_what_backends_read_in_different_ways() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = proxy(Proxy.config().limits(), HttpConfig.PathPolicy.STRICT)
                        .start(origin.address())) {
            for (String path : List.of("/a//b", "//", "/a%2Fb", "/a%2fb", "/a%5Cb", "/a%5cb")) {
                try (RawClient client = new RawClient(proxy.address())) {
                    assertEquals(400, client.get(path).status(), path);
                }
            }
            try (RawClient client = new RawClient(proxy.address())) {
                assertEquals(200, client.get("/a/b/?x=//%2F").status());
            }
            assertEquals(6, proxy.refusals("bad_target"));
        }
    }

    @Test
    void the_answer_to_head_has_no_body() {
        try (Proxy proxy = Proxy.onNio().start();
                RawClient client = new RawClient(proxy.address())) {
            String all = client.send("HEAD / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
                    .rest();
            assertTrue(all.startsWith("HTTP/1.1 503 "), all);
            assertTrue(all.endsWith("Connection: close\r\n\r\n"), all);
        }
    }
}
