package io.leba.plugin.protocol.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.Refused;
import io.leba.testkit.node.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections go by what the client says in its TLS hello, which reaches the backend as it was. */
class SniRoutingTest {
    private static final String RULES = """
            routing_rules:
              - {name: api, sni: [api.example.com], alpn: [h2], target_backend: api}
              - {name: sites, sni: ["*.example.com", example.org], target_backend: sites}
            """;

    private Echo api;
    private Echo sites;
    private Echo rest;
    private TestNode node;

    /** Says its name, then what it hears. */
    private static final class Echo implements AutoCloseable {
        final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        Echo(String name) throws IOException {
            Thread accepting = new Thread(
                    () -> {
                        try {
                            while (true) {
                                Socket socket = listening.accept();
                                Thread serving = new Thread(() -> echo(socket, name), "echo-" + name);
                                serving.setDaemon(true);
                                serving.start();
                            }
                        } catch (IOException e) {
                            // closed
                        }
                    },
                    "echoes-" + name);
            accepting.setDaemon(true);
            accepting.start();
        }

        private static void echo(Socket socket, String name) {
            try (socket) {
                socket.getOutputStream().write(name.getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException e) {
                // the peer went away
            }
        }

        int port() {
            return listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        api = new Echo("api");
        sites = new Echo("sit");
        rest = new Echo("all");
        node = TestNode.start(yaml("", RULES));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        api.close();
        sites.close();
        rest.close();
    }

    private String yaml(String keys, String rules) {
        return """
                event_loops: 1
                shutdown_timeout: 10m
                frontend_services:
                  - {name: front, protocol: tcp, address: 127.0.0.1, port: 0, default_backend: rest%s}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: tcp, group_name: api}
                  - {address: 127.0.0.1, port: %d, protocol: tcp, group_name: sites}
                  - {address: 127.0.0.1, port: %d, protocol: tcp, group_name: rest}
                """.formatted(keys, api.port(), sites.port(), rest.port()) + rules;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(node.address().getAddress(), node.address().getPort());
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Who serves a client that says this, and gets it as it was said. */
    private String served(byte[] said) throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(said);
            InputStream in = client.getInputStream();
            String name = new String(in.readNBytes(3), StandardCharsets.US_ASCII);
            if (!name.isEmpty()) {
                assertArrayEquals(said, in.readNBytes(said.length));
            }
            return name;
        } catch (SocketException e) {
            return "reset";
        }
    }

    @Test
    void theFirstRuleThatMatchesWins() throws IOException {
        assertEquals("api", served(Hellos.of("api.example.com", "h2", "http/1.1")));
        assertEquals("sit", served(Hellos.of("api.example.com", "http/1.1")), "it does not speak h2");
        assertEquals("sit", served(Hellos.of("a.b.EXAMPLE.com")));
        assertEquals("sit", served(Hellos.of("example.org")));
        assertEquals("all", served(Hellos.of("example.com")), "a domain is none of its subdomains");
        assertEquals("all", served(Hellos.of("notexample.com")));
        assertEquals("all", served(Hellos.of("")));
        assertEquals("all", served("no TLS".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aHelloMayComeInManyRecordsAndPieces() throws IOException {
        byte[] hello = Hellos.inRecordsOf(50, Hellos.of("www.example.com"));
        try (Socket client = connect()) {
            for (byte one : hello) {
                client.getOutputStream().write(one);
            }
            assertEquals("sit", new String(client.getInputStream().readNBytes(3), StandardCharsets.US_ASCII));
            assertArrayEquals(hello, client.getInputStream().readNBytes(hello.length));
        }
    }

    @Test
    void whatFollowsIsRelayedAsEver() throws Exception {
        byte[] hello = Hellos.of("www.example.com");
        byte[] bulk = new byte[4 << 20];
        new Random(7).nextBytes(bulk);
        try (Socket client = connect()) {
            Thread writing = new Thread(() -> {
                try {
                    client.getOutputStream().write(hello);
                    client.getOutputStream().write(bulk);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            writing.start();
            byte[] all = client.getInputStream().readAllBytes();
            writing.join();
            assertArrayEquals(hello, Arrays.copyOfRange(all, 3, 3 + hello.length));
            assertArrayEquals(bulk, Arrays.copyOfRange(all, 3 + hello.length, all.length));
        }
    }

    @Test
    void aBadHelloIsReset() throws IOException {
        byte[] bad = Hellos.of("www.example.com");
        bad[5 + 4 + 2 + 32] = 33;
        assertEquals("reset", served(bad));
        assertEquals("reset", served(new byte[] {22, 3, 1, 0x40, 0, 1, 0, 0x40, 1}), "too large");
        node.await(
                "that both are counted", () -> node.state().frontends().get(0).exchanges() == 2);
        assertEquals(0, node.backend("sites", "127.0.0.1:" + sites.port()).exchanges());
    }

    @Test
    void whoIsSilentIsTakenForOneWithoutTlsAndHalfAHelloIsNot() throws IOException {
        node.reload(yaml(", client_hello_timeout: 1s", RULES));
        try (Socket client = connect()) {
            assertEquals("all", new String(client.getInputStream().readNBytes(3), StandardCharsets.US_ASCII));
        }
        try (Socket client = connect()) {
            client.shutdownOutput();
            assertEquals("all", new String(client.getInputStream().readNBytes(3), StandardCharsets.US_ASCII));
        }
        assertEquals("reset", served(new byte[] {22, 3, 1}));
    }

    @Test
    void whoIsSilentDelaysNoStop() throws Exception {
        node.reload(yaml(", client_hello_timeout: 1m", RULES));
        try (Socket client = connect();
                Socket half = connect()) {
            half.getOutputStream().write(22);
            node.await(
                    "that both are there", () -> node.state().frontends().get(0).connections() == 2);
            CompletableFuture.runAsync(node::close).get(30, TimeUnit.SECONDS);
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        Refused refused = assertThrows(
                Refused.class,
                () -> node.reload(yaml("", "routing_rules: [{name: a, sni: [\"*.*.com\"], target_backend: api}]\n")));
        assertTrue(refused.getMessage().contains("must be host names such as example.com"), refused.getMessage());
    }
}
