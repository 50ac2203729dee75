package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.leba.kernel.plugin.ToyPlugin;
import io.leba.kernel.transport.tls.ServerTls;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that begin with TLS and do not come to its end: how many there may be, and for how long. */
class HandshakeLimitsTest {
    /** The beginning of a ClientHello. */
    private static final String HELLO = "\u0016\u0003\u0001\u0001\u0000\u0001";

    @TempDir
    private Path folder;

    private LineBackend backend;
    private Node node;
    private int port;

    private void serve(String limits) throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
        backend = new LineBackend("one");
        Path config = Files.writeString(
                folder.resolve("config.yaml"), """
                event_loops: 1
                shutdown_timeout: 1s
                frontend_address: "127.0.0.1:0"
                tls_config: {cert_file: "%s", key_file: "%s", %s}
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(pem("ec.pem"), pem("ec-key.pem"), limits, backend.port()));
        node = Node.start(new NodeOptions(
                config,
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                Map.of()));
        String address = node.state().frontends().get(0).address();
        port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        backend.close();
    }

    private static Path pem(String name) {
        try {
            return Path.of(ServerTls.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private LineCaller secure() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return new LineCaller((SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", port));
    }

    /** A client that never comes to the end of its ClientHello. */
    private LineCaller shaking() throws IOException {
        LineCaller caller = new LineCaller(port);
        caller.sendPart(HELLO);
        return caller;
    }

    private boolean isServed() {
        try (LineCaller caller = secure()) {
            return "one >hi secure".equals(caller.ask(">hi"));
        } catch (Exception e) {
            return false; // closed in its handshake
        }
    }

    private void awaitConnections(int count) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> node.state().frontends().get(0).connections() == count);
    }

    @Test
    void noMoreHandshakesBeginThanMayBeUnderWay() throws Exception {
        serve("max_handshakes: 2, handshake_timeout: 5m");
        LineCaller before = secure();
        assertEquals("one >hi secure", before.ask(">hi"));
        LineCaller first = shaking();
        LineCaller second = shaking();
        awaitConnections(3);
        try (LineCaller third = shaking()) {
            assertNull(third.read(), "closed without a word");
        }
        awaitConnections(3);
        assertEquals("one >again secure", before.ask(">again"), "a handshake that is over counts no more");

        first.close();
        await().atMost(Duration.ofSeconds(30)).until(this::isServed);
        second.close();
        before.close();
        awaitConnections(0);
    }

    @Test
    void aHandshakeThatTakesTooLongIsClosedAndOneThatIsOverStays() throws Exception {
        serve("handshake_timeout: 3s");
        try (LineCaller secured = secure()) {
            assertEquals("one >hi secure", secured.ask(">hi"));
            try (LineCaller slow = shaking()) {
                assertNull(slow.read(), "closed without a word");
            }
            assertEquals("one >hi secure", secured.ask(">hi"), "its handshake began before, and was over in time");
        }
    }

    /** Each byte is progress, and none of them buys time. */
    @Test
    void aClientThatGoesOnByteByByteGetsNoMoreTime() throws Exception {
        serve("handshake_timeout: 500ms");
        try (LineCaller slow = shaking()) {
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        try {
                            slow.sendPart("\u0000");
                            return false;
                        } catch (IOException e) {
                            return true;
                        }
                    });
        }
        awaitConnections(0);
    }
}
