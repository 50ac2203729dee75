package io.leba.plugin.protocol.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Identity;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import io.leba.testkit.origin.Reply;
import io.leba.testkit.program.NeedsProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of others that speak HTTP/2 with a whole node, inside TLS and in the clear. */
class Http2OverTlsTest {
    @TempDir
    private Path folder;

    private HttpOrigin origin;
    private TestNode node;

    @BeforeEach
    void start() throws IOException, InterruptedException, GeneralSecurityException {
        Identity.in(folder);
        origin = HttpOrigin.answering(request -> Reply.text(200, request.method() + " " + request.body().length));
        node = TestNode.start("""
                shutdown_timeout: 1s
                frontend_services:
                  - {name: clear, protocol: http, address: 127.0.0.1, port: 0}
                  - {name: secure, protocol: https, address: 127.0.0.1, port: 0, tls: {cert_file: %s, key_file: %s}}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http}
                """.formatted(folder.resolve("cert.pem"), folder.resolve("key.pem"), origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        origin.close();
    }

    private static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "said", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    private String curl(String frontend, String... more) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sk", "-m", "20", "-w", " %{http_version} %{http_code}"));
        command.addAll(List.of(more));
        command.add((frontend.equals("secure") ? "https" : "http") + "://127.0.0.1:"
                + node.address(frontend).getPort() + "/x");
        return run(folder, command.toArray(String[]::new));
    }

    @Test
    @NeedsProgram("curl")
    void curl_by_alpn_and_by_prior_knowledge() throws IOException, InterruptedException {
        Path large = Files.write(folder.resolve("large"), new byte[3_000_000]);
        assertEquals("GET 0 2 200", curl("secure", "--http2"));
        assertEquals("PUT 3000000 2 200", curl("secure", "--http2", "-T", large.toString()));
        assertEquals("GET 0 1.1 200", curl("secure", "--http1.1"));
        assertEquals("GET 0 2 200", curl("clear", "--http2-prior-knowledge"));
        assertEquals(
                "PUT 3000000 2 200",
                curl("clear", "--http2-prior-knowledge", "-H", "Content-Length:", "-T", large.toString()));
        assertEquals("GET 0 1.1 200", curl("clear", "--http2"), "Upgrade is not taken part in");
    }

    @Test
    @NeedsProgram(value = "h2load", debianPackage = "nghttp2-client")
    void h2load_with_many_streams() throws IOException, InterruptedException {
        for (String url : List.of(
                "https://127.0.0.1:" + node.address("secure").getPort() + "/",
                "http://127.0.0.1:" + node.address("clear").getPort() + "/")) {
            String said = run(folder, "h2load", "-n", "3000", "-c", "4", "-m", "100", url);
            assertTrue(said.contains("3000 succeeded, 0 failed, 0 errored"), said);
        }
    }
}
