package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.Refused;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Balancers in front say who the client is, and backends are told. */
class ProxyProtocolTest {
    private static final String FROM_A_BALANCER = "PROXY TCP4 192.0.2.7 198.51.100.9 4711 80\r\n";
    private static final String TOLD = "/192.0.2.7:4711 to /198.51.100.9:80";
    private static final byte[] LOCAL = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");

    @TempDir
    private Path folder;

    private ToyNode toy;
    private LineBackend one;

    @BeforeEach
    void install() throws IOException {
        toy = new ToyNode(folder, Map.of());
        one = new LineBackend("one");
    }

    @AfterEach
    void stop() throws IOException {
        toy.close();
        one.close();
    }

    private String yaml(String proxy) {
        return yaml(proxy, one.port(), "");
    }

    private static String yaml(String proxy, int backend, String group) {
        return """
                event_loops: 1
                shutdown_timeout: 10m
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0%s}
                backend_groups:
                  - {name: line, protocol: line%s}
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(proxy.isEmpty() ? "" : ", proxy_protocol: {" + proxy + "}", group, backend);
    }

    private String ask(byte[] first, String line) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", toy.port("front"));
                LineCaller caller = new LineCaller(socket)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(first);
            all.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(all.toByteArray());
            return caller.read();
        }
    }

    private String ask(String first, String line) throws IOException {
        return ask(first.getBytes(StandardCharsets.ISO_8859_1), line);
    }

    @Test
    void whoeverMustSayWhoTheClientIsIsBelieved() throws IOException {
        toy.serve(yaml("from: [127.0.0.0/8]"));

        assertEquals(TOLD, ask(FROM_A_BALANCER, ">who"));
        assertEquals("one >hi", ask(FROM_A_BALANCER, ">hi"));
        assertTrue(ask("PROXY UNKNOWN\r\n", ">who").startsWith("/127.0.0.1:"), "its own ends");
        assertTrue(ask(LOCAL, ">who").startsWith("/127.0.0.1:"), "its own ends");
        assertNull(ask("", ">who"), "nobody comes in without a header");
        assertNull(ask("PROXY TCP4 192.0.2.7 198.51.100.9 4711 80\n", ">who"), "nor with a bad one");
    }

    @Test
    void aHeaderMayComeInPiecesAndWithWhatFollows() throws IOException {
        toy.serve(yaml("from: [127.0.0.1]"));
        String all = FROM_A_BALANCER + ">who\n";
        for (int cut : new int[] {1, 6, 20, FROM_A_BALANCER.length() - 1, FROM_A_BALANCER.length(), all.length() - 1}) {
            try (LineCaller caller = new LineCaller(toy.port("front"))) {
                caller.sendPart(all.substring(0, cut));
                caller.sendPart(all.substring(cut));
                assertEquals(TOLD, caller.read(), "cut at " + cut);
                assertEquals(TOLD, caller.ask(">who"), "for as long as the connection lasts");
            }
        }
        try (LineCaller caller = new LineCaller(toy.port("front"))) {
            for (char c : all.toCharArray()) {
                caller.sendPart(String.valueOf(c));
            }
            assertEquals(TOLD, caller.read());
        }
    }

    @Test
    void whoIsNotTrustedCannotPretend() throws IOException {
        toy.serve(yaml("from: [192.0.2.0/24], accept: optional"));
        assertTrue(ask("", ">who").startsWith("/127.0.0.1:"));
        assertEquals("one PROXY TCP4 192.0.2.7 198.51.100.9 4711 80", ask(FROM_A_BALANCER, ">who"), "just bytes");

        toy.reload(yaml("from: [192.0.2.0/24]"));
        assertNull(ask(FROM_A_BALANCER, ">who"));
        assertNull(ask("", ">who"));
    }

    @Test
    void whereItIsOptionalBothAreServed() throws IOException {
        toy.serve(yaml("from: [127.0.0.1], accept: optional, timeout: 30s"));

        assertEquals(TOLD, ask(FROM_A_BALANCER, ">who"));
        assertTrue(ask("", ">who").startsWith("/127.0.0.1:"));
        toy.reload(yaml("from: [127.0.0.1], accept: optional, timeout: 1s"));
        try (LineCaller caller = new LineCaller(toy.port("front"))) {
            await().until(() -> toy.frontend("front").connections() == 1);
            caller.sendPart("PROX");
            assertNull(caller.read(), "a header that does not come is waited for no longer");
        }
        try (LineCaller caller = new LineCaller(toy.port("front"))) {
            await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
            assertTrue(caller.ask(">who").startsWith("/127.0.0.1:"), "who was silent had none");
        }
    }

    @Test
    void theRootKeyHoldsForAllAndOffForOne() throws IOException {
        String root = "proxy_protocol: {from: [127.0.0.1]}\n";
        toy.serve(root + yaml(""));
        assertEquals(TOLD, ask(FROM_A_BALANCER, ">who"));
        toy.reload(root + yaml("accept: off"));
        assertTrue(ask("", ">who").startsWith("/127.0.0.1:"));
        toy.reload(root + "frontend_address: \"127.0.0.1:0\"\n" + yaml("accept: off"));
        try (LineCaller caller = new LineCaller(toy.port("frontend_address"))) {
            caller.sendPart(FROM_A_BALANCER);
            assertEquals(TOLD, caller.ask(">who"));
        }
    }

    @Test
    void nobodyIsTrustedUnlessItIsSaid() throws IOException {
        toy.serve(yaml(""));
        Refused refused = assertThrows(Refused.class, () -> toy.reload(yaml("accept: required")));
        assertTrue(refused.getMessage().contains("proxy_protocol.from: required"), refused.getMessage());
    }

    @Test
    void whoIsSilentDoesNotDelayAStop() throws Exception {
        toy.serve(yaml("from: [127.0.0.1], timeout: 1m"));
        try (LineCaller caller = new LineCaller(toy.port("front"))) {
            caller.sendPart("PROXY ");
            await().until(() -> toy.frontend("front").connections() == 1);
            CompletableFuture.runAsync(toy::close).get(30, TimeUnit.SECONDS);
            assertNull(caller.read());
        }
    }

    /** Takes down what is said to it first, and answers lines. */
    private static final class Witness implements AutoCloseable {
        final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final int binary;

        /** @param binary how many bytes come before lines */
        Witness(int binary) throws IOException {
            this.binary = binary;
            Thread accepting = new Thread(this::accept, "witness");
            accepting.setDaemon(true);
            accepting.start();
        }

        private void accept() {
            try {
                while (true) {
                    try (Socket socket = listening.accept()) {
                        socket.setSoTimeout(30_000);
                        String first = binary == 0
                                ? ""
                                : HexFormat.of()
                                        .formatHex(socket.getInputStream().readNBytes(binary));
                        BufferedReader in = new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                        heard.add(binary == 0 ? in.readLine() : first);
                        for (String line = in.readLine(); line != null; line = in.readLine()) {
                            String answer = line.equals("ping") ? "pong" : line;
                            socket.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.ISO_8859_1));
                        }
                    }
                }
            } catch (IOException e) {
                // closed
            }
        }

        String next() throws InterruptedException {
            return heard.poll(30, TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    @Test
    void aBackendIsToldWhomAConnectionIsFor() throws Exception {
        try (Witness witness = new Witness(0)) {
            toy.serve(yaml("from: [127.0.0.1]", witness.listening.getLocalPort(), ", proxy_protocol: v1"));
            assertEquals(">hi", ask(FROM_A_BALANCER, ">hi"));
            assertEquals(FROM_A_BALANCER.strip(), witness.next(), "what was said is passed on");
            try (Socket socket = new Socket("127.0.0.1", toy.port("front"));
                    LineCaller caller = new LineCaller(socket)) {
                caller.sendPart("PROXY UNKNOWN\r\n");
                assertEquals(">hi", caller.ask(">hi"));
                assertEquals(
                        "PROXY TCP4 127.0.0.1 127.0.0.1 " + socket.getLocalPort() + " " + toy.port("front"),
                        witness.next());
            }
        }
    }

    @Test
    void theBinaryFormIsSaidJustSo() throws Exception {
        try (Witness witness = new Witness(28)) {
            toy.serve(yaml("from: [127.0.0.1]", witness.listening.getLocalPort(), ", proxy_protocol: v2"));
            assertEquals(">hi", ask(FROM_A_BALANCER, ">hi"));
            assertEquals("0d0a0d0a000d0a515549540a" + "2111000c" + "c0000207c6336409" + "12670050", witness.next());
        }
    }

    @Test
    void aHealthCheckIsForNobody() throws Exception {
        try (Witness witness = new Witness(16)) {
            toy.serve(yaml(
                    "",
                    witness.listening.getLocalPort(),
                    ", proxy_protocol: v2, health_check: {type: pong, interval: 1s}"));
            assertEquals(HexFormat.of().formatHex(LOCAL), witness.next());
            await().until(() -> toy.group("line").backends().get(0).health().equalsIgnoreCase("up"));
        }
    }
}
