package io.leba.plugin.protocol.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Identity;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.control.Refused;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import io.leba.testkit.origin.Reply;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node whose backends speak HTTP/2 and TLS: the frontends of another node. */
class Http2BackendsTest {
    private static final String CHAIN = """
            shutdown_timeout: 1s
            frontend_services:
              - {name: clear, protocol: http, address: 127.0.0.1, port: 0, default_backend: first}
              - {name: secure, protocol: http, address: 127.0.0.1, port: 0, default_backend: second}
              - {name: refused, protocol: http, address: 127.0.0.1, port: 0, default_backend: third}
            backend_groups:
              - {name: first, protocol: %s}
              - {name: second, protocol: h2, tls: {verify: false}}
              - {name: third, protocol: h2, tls: {verify: false}}
            backends:
              - {address: 127.0.0.1, port: %d, group_name: first}
              - {address: 127.0.0.1, port: %d, group_name: second}
              - {address: 127.0.0.1, port: %d, group_name: third}
            """;

    @TempDir
    private Path folder;

    private HttpOrigin origin;
    private TestNode behind;
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        Identity.in(folder);
        origin = HttpOrigin.answering(request -> Reply.text(200, request.method() + " " + request.body().length));
        behind = TestNode.start("""
                shutdown_timeout: 1s
                frontend_services:
                  - {name: clear, protocol: http, address: 127.0.0.1, port: 0}
                  - {name: secure, protocol: https, address: 127.0.0.1, port: 0, tls: {cert_file: %s, key_file: %s}}
                  - {name: old, protocol: https, address: 127.0.0.1, port: 0, http2: {enabled: false}, tls: {cert_file: %s, key_file: %s}}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http}
                """.formatted(pem("cert"), pem("key"), pem("cert"), pem("key"), origin.port()));
        node = TestNode.start(chain("h2c"));
    }

    private Path pem(String name) {
        return folder.resolve(name + ".pem");
    }

    private String chain(String first) {
        return CHAIN.formatted(
                first,
                behind.address("clear").getPort(),
                behind.address("secure").getPort(),
                behind.address("old").getPort());
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        behind.close();
        origin.close();
    }

    private RawClient.Response post(String frontend, int size) {
        try (RawClient client = new RawClient(node.address(frontend))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size));
            return client.response();
        }
    }

    @Test
    void requests_pass_in_the_clear_and_inside_tls() {
        for (int size : new int[] {0, 10, 100_000}) {
            for (String frontend : new String[] {"clear", "secure"}) {
                RawClient.Response response = post(frontend, size);
                assertEquals(200, response.status());
                assertTrue(response.body().equals("POST " + size), response.body());
            }
        }
    }

    @Test
    void a_backend_that_does_not_agree_on_h2_is_not_spoken_to() {
        assertEquals(502, post("refused", 0).status());
    }

    @Test
    void a_group_changes_how_its_backends_are_spoken_to_in_a_reload() {
        assertEquals(200, post("clear", 10).status());
        node.reload(chain("http"));
        assertEquals(200, post("clear", 10).status());
        node.reload(chain("h2c"));
        assertEquals(200, post("clear", 10).status());
    }

    @Test
    void a_frontend_is_not_told_how_backends_are_spoken_to() {
        String wrong = chain("h2c").replace("{name: clear, protocol: http,", "{name: clear, protocol: h2c,");
        Refused refused = assertThrows(Refused.class, () -> node.reload(wrong));
        assertTrue(
                refused.toString().contains("'h2c' is a word for backends; a frontend says 'http'"), refused::toString);
    }
}
