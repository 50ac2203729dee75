package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/3 as a user has it: what its library is for, and whose the UDP port is when one process takes the place of another. */
@EnabledOnOs(OS.LINUX)
class Http3IT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private SelfSigned identity;
    private int port;

    @BeforeEach
    void start() throws Exception {
        identity = SelfSigned.in(folder);
        port = RunningLeba.freePorts(1).get(0);
    }

    private Path config(int backend) throws IOException {
        return Files.writeString(
                folder.resolve("config.yaml"), """
                event_loops: 2
                upgrade_timeout: 30s
                shutdown_timeout: 10s
                frontend_services:
                  - {name: web, protocol: https, address: 127.0.0.1, port: %d, http3: {enabled: true}, tls: {cert_file: %s, key_file: %s}}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http}
                """.formatted(port, identity.certificate(), identity.key(), backend));
    }

    private HttpResponse<String> get() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/"))
                .timeout(Duration.ofSeconds(20))
                .build();
        return SelfSigned.trusting().send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Whether anybody speaks QUIC there: a version that nobody has is answered with those that there are (RFC 9000 §6). */
    private boolean speaksQuic() throws IOException {
        byte[] packet = new byte[1200];
        ByteBuffer.wrap(packet)
                .put((byte) 0xc0)
                .putInt(0x1a2a3a4a)
                .put((byte) 8)
                .putLong(7)
                .put((byte) 8)
                .putLong(9);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(1000);
            socket.connect(InetAddress.getLoopbackAddress(), port);
            socket.send(new DatagramPacket(packet, packet.length));
            DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
            socket.receive(answer);
            int version = ByteBuffer.wrap(answer.getData()).getInt(1);
            return version == 0;
        } catch (SocketTimeoutException | java.net.PortUnreachableException e) {
            return false;
        }
    }

    @Test
    void withoutItsLibraryTheRestIsServed() throws Exception {
        Path home = Layout.copyTo(folder.resolve("home"));
        try (DirectoryStream<Path> natives =
                Files.newDirectoryStream(home.resolve("lib"), "netty-codec-native-quic*")) {
            for (Path library : natives) {
                Files.delete(library);
            }
        }
        try (NamedBackend backend = new NamedBackend("one");
                RunningLeba leba = RunningLeba.start(
                                home,
                                folder,
                                List.of(
                                        "run",
                                        "--config",
                                        config(backend.port()).toString()))
                        .awaitLog("generation 1 serves")) {
            assertTrue(leba.log()
                    .contains("nothing is served over QUIC (HTTP/3), because its native library is not here"));
            HttpResponse<String> answer = get();
            assertEquals("one /", answer.body());
            assertTrue(answer.headers().firstValue("alt-svc").isEmpty(), "nothing is promised");
            assertFalse(speaksQuic());
        }
    }

    @Test
    void theNextProcessGetsThePortWhenTheOneBeforeHasLeftIt() throws Exception {
        try (NamedBackend backend = new NamedBackend("one");
                RunningLeba leba = RunningLeba.start(
                                Layout.HOME,
                                folder,
                                List.of(
                                        "run",
                                        "--config",
                                        config(backend.port()).toString(),
                                        "--watch-config",
                                        "false"))
                        .awaitLog("generation 1 serves")) {
            assertTrue(get().headers().firstValue("alt-svc").orElseThrow().startsWith("h3=\":" + port + "\""));
            await().atMost(PATIENCE).until(this::speaksQuic);
            new ProcessBuilder("kill", "-USR2", Long.toString(leba.pid()))
                    .start()
                    .waitFor();
            leba.awaitLog("taken over from process " + leba.pid());
            Matcher started =
                    Pattern.compile("process (\\d+) is started to take over").matcher(leba.log());
            assertTrue(started.find());
            ProcessHandle next =
                    ProcessHandle.of(Long.parseLong(started.group(1))).orElseThrow();
            try {
                leba.awaitLog("/udp is served, now that it is free");
                await().atMost(PATIENCE).until(this::speaksQuic);
                await().atMost(PATIENCE).until(() -> !leba.isAlive());
                assertTrue(speaksQuic(), "by the next process");
                assertEquals("one /", get().body());
            } finally {
                next.destroy();
                await().atMost(PATIENCE).until(() -> !next.isAlive());
            }
        }
    }
}
