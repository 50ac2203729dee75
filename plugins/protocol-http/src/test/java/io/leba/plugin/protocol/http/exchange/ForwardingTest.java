package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwardingTest {
    private static final String STAMP =
            "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nVia: 1.1 leba\r\nX-Forwarded-Host: test\r\n";

    @Test
    void a_request_reaches_the_backend_with_who_sent_it_and_its_response_comes_back() {
        try (Origin origin = Origin.saying("hello");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            RawClient.Response response = client.get("/a?b=c");

            assertEquals("HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 5\r\n\r\n", response.head());
            assertEquals("hello", response.body());
            assertEquals(List.of("GET /a?b=c HTTP/1.1\r\n" + STAMP + "Host: test\r\n\r\n"), origin.requests());
        }
    }

    @Test
    void connections_stay_open_on_both_sides() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            for (int i = 0; i < 10; i++) {
                assertEquals(200, client.get("/" + i).status());
            }
            try (RawClient second = new RawClient(proxy.address())) {
                assertEquals(200, second.get("/second").status());
            }
            assertEquals(1, origin.connections().size());
            assertEquals(11, origin.requests().size());
            Eventually.until(() -> proxy.kernel().open() == 0);
            assertEquals(11, proxy.group().outcomes().size());
            assertEquals(0, proxy.group().inFlight());
        }
    }

    @Test
    void a_head_that_comes_byte_by_byte_is_the_same_head() {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            String request =
                    "POST /p HTTP/1.1\r\nHost: test\r\nConnection: keep-alive\r\nContent-Length: 3\r\nA: b\r\n\r\nxyz";
            for (char c : request.toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertEquals(200, client.response().status());
            assertEquals(
                    List.of("POST /p HTTP/1.1\r\n" + STAMP + "Host: test\r\nContent-Length: 3\r\nA: b\r\n\r\nxyz"),
                    origin.requests());
        }
    }

    @Test
    void every_read_size_gives_the_same_requests_and_responses() {
        String requests = "POST /1 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n00a;x=y\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n"
                + "GET /2 HTTP/1.1\r\nHost: test\r\n\r\n"
                + "PUT /3 HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello";
        String response = "HTTP/1.1 200 OK\r\nDate: now\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;e\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";
        for (int size = 1; size < 200; size += size < 40 ? 1 : 17) {
            try (Origin origin = Origin.answering(response);
                    Proxy proxy = Proxy.onNio()) {
                proxy.kernel().loop().readAtMost(size);
                proxy.start(origin.address());
                try (RawClient client = new RawClient(proxy.address())) {
                    client.send(requests);
                    for (int i = 0; i < 3; i++) {
                        RawClient.Response got = client.response();
                        assertEquals("HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n", got.head());
                        assertEquals("hello!", got.body());
                    }
                }
                assertEquals(
                        "POST /1 HTTP/1.1\r\n" + STAMP + "Host: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "3\r\nabc\r\na\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n"
                                + "GET /2 HTTP/1.1\r\n" + STAMP + "Host: test\r\n\r\n"
                                + "PUT /3 HTTP/1.1\r\n" + STAMP + "Host: test\r\nContent-Length: 5\r\n\r\nhello",
                        origin.received(),
                        "reads of " + size);
            }
        }
    }
}
