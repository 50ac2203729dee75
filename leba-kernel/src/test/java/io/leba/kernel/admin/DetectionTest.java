package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.Refused;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A frontend that tells protocols apart by their first bytes. */
class DetectionTest {
    @TempDir
    private Path folder;

    private LineBackend one;
    private Node node;
    private int port;
    private String detectTimeout = "10s";

    @BeforeEach
    void start() throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
        ToyPlugin.greeting(folder.resolve("plugins/greeting.jar"));
        one = new LineBackend("one");
        serve("");
    }

    private void serve(String more) throws IOException {
        Path config = Files.writeString(folder.resolve("config.yaml"), yaml(more));
        node = Node.start(new NodeOptions(
                config,
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                Map.of()));
        port = port();
    }

    /** With less time to speak; what is not silent has had enough. */
    private void againInAHurry(String more) throws IOException {
        detectTimeout = "1s";
        again(more);
        detectTimeout = "10s";
    }

    private void again(String more) throws IOException {
        Files.writeString(folder.resolve("config.yaml"), yaml(more));
        node.reload();
        port = port();
    }

    private String yaml(String more) {
        return """
                event_loops: 1
                shutdown_timeout: 10m
                detect_timeout: %s
                frontend_address: "127.0.0.1:0"
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(detectTimeout, one.port()) + more;
    }

    private static final String GREETING = "  - {name: g, address: 127.0.0.1, port: 9, protocol: greeting}\n";

    private int port() {
        String address = node.state().frontends().get(0).address();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        one.close();
    }

    private String ask(String line) throws IOException {
        try (LineCaller caller = new LineCaller(port)) {
            return caller.ask(line);
        }
    }

    @Test
    void whatIsRecognisedIsServedAndWhatIsNotIsClosed() throws IOException {
        assertEquals("one >hi", ask(">hi"));
        assertNull(ask("hi"));
    }

    @Test
    void bytesThatComeInPiecesAreReplayedTogether() throws IOException {
        try (LineCaller caller = new LineCaller(port)) {
            caller.sendPart("?");
            caller.sendPart("12");
            assertNull(caller.ask("34567890"), "nobody recognises it in the end");
        }
    }

    /** The leak guard sees whether the bytes were let go of. */
    @Test
    void aDetectorThatThrowsRecognisesNothingAndLeaksNothing() throws IOException {
        for (int i = 0; i < 50; i++) {
            assertNull(ask("!" + i));
            try (LineCaller caller = new LineCaller(port)) {
                caller.sendPart("?123");
                assertNull(caller.ask("4567890"));
            }
        }
        assertEquals("one >hi", ask(">hi"));
    }

    @Test
    void aSilentClientIsGreetedByAProtocolWhoseServerSpeaksFirst() throws IOException {
        againInAHurry(GREETING);
        try (LineCaller caller = new LineCaller(port)) {
            assertEquals("welcome", caller.read());
            assertEquals("echo hi", caller.ask("hi"));
        }
        again(GREETING);
        assertEquals("one >hi", ask(">hi"), "who speaks is asked what it speaks");
    }

    @Test
    void whoRecognisesTheSameBytesFirstInTheOrderHasThem() throws IOException {
        again(GREETING);
        assertEquals("welcome", ask(">>both"), "greeting comes before line in the alphabet");
        again(GREETING + "detect_protocols: [line, greeting]\n");
        assertEquals("one >>both", ask(">>both"));
        again(GREETING + "detect_protocols: [line]\n");
        assertNull(ask("~hi"), "not asked at all");
        assertEquals("one >>both", ask(">>both"));
    }

    @Test
    void oneThatIsSureWaitsForThoseBeforeItButNotForEver() throws IOException {
        again(GREETING);
        try (LineCaller caller = new LineCaller(port)) {
            caller.sendPart(">");
            caller.sendPart(">both\n");
            assertEquals("welcome", caller.read(), "as if it had come in one piece");
        }
        againInAHurry(GREETING);
        try (LineCaller caller = new LineCaller(port)) {
            caller.sendPart(">");
            await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
            assertEquals("one >>both", caller.ask(">both"), "greeting had its time");
        }
    }

    @Test
    void anOrderNamesWhatCanBeRecognised() throws IOException {
        Refused refused = assertThrows(Refused.class, () -> again("detect_protocols: [line, smtp, line]\n"));
        assertEquals(2, refused.problems().size(), refused.getMessage());
        assertTrue(refused.getMessage().contains("no installed plugin recognises 'smtp'"), refused.getMessage());
    }

    private static Path pem(String name) {
        try {
            return Path.of(io.leba.kernel.transport.tls.ServerTls.class
                    .getResource(name)
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private LineCaller secure() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", port);
        return new LineCaller(socket);
    }

    @Test
    void behindTlsTheSameIsRecognisedAndTheClientKnownToBeSecure() throws Exception {
        String secured = GREETING
                + "tls_config: {cert_file: \"%s\", key_file: \"%s\"}\n".formatted(pem("ec.pem"), pem("ec-key.pem"));
        again(secured);
        try (LineCaller caller = secure()) {
            assertTrue(caller.ask(">who").endsWith(" secure"));
            assertEquals("one >hi secure", caller.ask(">hi"));
        }
        try (LineCaller caller = secure()) {
            assertNull(caller.ask("hi"), "nobody recognises it");
        }
        assertTrue(ask(">who").startsWith("/127.0.0.1:"), "and without TLS as before");
        againInAHurry(secured);
        try (LineCaller caller = new LineCaller(port)) {
            assertEquals("welcome", caller.read());
        }
    }

    @Test
    void withoutACertificateTlsIsNotRecognised() throws Exception {
        try (LineCaller caller = new LineCaller(port)) {
            caller.sendPart("\u0016\u0003\u0001\u0001\u0000\u0001");
            assertNull(caller.read());
        }
    }

    @Test
    void whoSaysNothingDelaysNoStop() throws Exception {
        again("tls_config: {cert_file: \"%s\", key_file: \"%s\"}\n".formatted(pem("ec.pem"), pem("ec-key.pem")));
        try (LineCaller silent = new LineCaller(port);
                LineCaller half = new LineCaller(port);
                LineCaller shaking = new LineCaller(port)) {
            half.sendPart("?12");
            shaking.sendPart("\u0016\u0003\u0001\u0001\u0000\u0001");
            await().until(() -> node.state().frontends().get(0).connections() == 3);
            CompletableFuture.runAsync(node::close).get(8, TimeUnit.SECONDS); // before detection gives up
            assertNull(silent.read());
        }
    }
}
