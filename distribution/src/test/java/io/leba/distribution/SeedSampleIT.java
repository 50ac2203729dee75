package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product description's sample configuration, with reachable addresses, ports and certificates in it. */
class SeedSampleIT {
    @TempDir
    private Path folder;

    @Test
    void theSampleStartsBalancesAndTerminatesTls() throws Exception {
        certificate();
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
                                folder.resolve("cert.pem"),
                                folder.resolve("key.pem"),
                                free.get(3),
                                free.get(4)))) {
            assertEquals("listed /", leba.get(free.get(0), "/").body(), "frontend_address finds the protocol out");
            assertEquals("listed /", leba.get(free.get(3), "/").body());
            HttpResponse<String> secure = trusting()
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

    /** A client that takes the test's certificate, and no look at its name. */
    private static HttpClient trusting() throws Exception {
        TrustManager any = new X509ExtendedTrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {any}, new SecureRandom());
        return HttpClient.newBuilder().sslContext(context).build();
    }

    /** Makes cert.pem and key.pem with the JDK's keytool. */
    private void certificate() throws Exception {
        Path store = folder.resolve("store.p12");
        Run made = Run.of(
                folder,
                Map.of("PATH", System.getenv("PATH")),
                List.of(
                        System.getProperty("java.home") + "/bin/keytool",
                        "-genkeypair",
                        "-alias",
                        "leba",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit"));
        assertEquals(0, made.exitCode(), made.output() + made.errors());
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        pem("cert.pem", "CERTIFICATE", keys.getCertificate("leba").getEncoded());
        pem(
                "key.pem",
                "PRIVATE KEY",
                keys.getKey("leba", "changeit".toCharArray()).getEncoded());
    }

    private void pem(String file, String kind, byte[] content) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}
