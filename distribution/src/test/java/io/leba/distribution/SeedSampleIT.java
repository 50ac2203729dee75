package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product description's sample configuration, with reachable addresses, ports and certificates in it. */
class SeedSampleIT {
    @TempDir
    private Path folder;

    @Test
    void theSampleStartsBalancesAndTerminatesTls() throws Exception {
        SelfSigned identity = SelfSigned.in(folder);
        List<Integer> free = RunningLeba.freePorts(5);
        try (NamedBackend backend = new NamedBackend("listed");
                RunningLeba leba = RunningLeba.serving(folder, """
                        frontend_address: ":%d"
                        api_port: "%d"
                        peer_port: "%d"
                        node_id: "node1"

                        allowed_ports:
                          http: [%d, %d]
                          https: [%d]
                          postgres: [5432]
                          mysql: [3306]

                        backends:
                          - address: "127.0.0.1"
                            protocol: "http"
                            port: %d
                            weight: 1

                        dns_backends:
                          - domain: "localhost"
                            protocol: "http"
                            port: %d
                            resolution_interval: 30s

                        tls_config:
                          enabled: true
                          cert_file: "%s"
                          key_file: "%s"

                        frontend_services:
                          - protocol: "http"
                            port: %d
                          - protocol: "https"
                            port: %d
                        """.formatted(
                                free.get(0),
                                free.get(1),
                                free.get(2),
                                backend.port(),
                                free.get(3),
                                free.get(4),
                                backend.port(),
                                backend.port(),
                                identity.certificate(),
                                identity.key(),
                                free.get(3),
                                free.get(4)))) {
            assertEquals("listed /", leba.get(free.get(0), "/").body(), "frontend_address finds the protocol out");
            assertEquals("listed /", leba.get(free.get(3), "/").body());
            HttpResponse<String> secure = SelfSigned.trusting()
                    .send(
                            HttpRequest.newBuilder(URI.create("https://localhost:" + free.get(4) + "/s"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals("listed /s", secure.body());
            assertTrue(secure.sslSession().isPresent());
            assertTrue(leba.get(free.get(1), "/metrics").body().contains("leba_frontend_exchanges_total"));
            assertTrue(leba.log().contains("no cluster plugin is installed"), "peer_port is not ignored in silence");
        }
    }
}
