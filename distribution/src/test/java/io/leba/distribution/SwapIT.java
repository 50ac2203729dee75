package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every shipped plugin is swapped under load, and none of what was replaced stays. */
class SwapIT {
    private static final int ROUNDS = 3;
    private static final List<String> PLUGINS = List.of(
            "balancer.roundrobin",
            "balancer.leastconnections",
            "balancer.hash",
            "health.http",
            "health.tcp",
            "discovery.staticlist",
            "discovery.file",
            "discovery.dns",
            "telemetry.prometheus",
            "telemetry.accesslog",
            "admin.api",
            "protocol.http");

    @TempDir
    private Path folder;

    private String ask(RunningLeba leba, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(leba.controlSocket()))) {
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
            StringBuilder answer = new StringBuilder();
            ByteBuffer part = ByteBuffer.allocate(8192);
            while (channel.read(part) >= 0) {
                answer.append(StandardCharsets.UTF_8.decode(part.flip()));
                part.clear();
            }
            return answer.toString();
        }
    }

    private void swap(RunningLeba leba, String plugin) throws IOException {
        String answer = ask(leba, "{\"command\":\"plugin-reload\",\"id\":\"io.leba.plugin." + plugin + "\"}");
        assertTrue(answer.contains("opened anew"), plugin + ": " + answer);
    }

    private void awaitUnloaded(RunningLeba leba, int apiPort) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> {
                    Process collect = new ProcessBuilder(jcmd.toString(), Long.toString(leba.pid()), "GC.run")
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("jcmd").toFile())
                            .start();
                    assertTrue(collect.waitFor(30, TimeUnit.SECONDS));
                    String metrics = leba.get(apiPort, "/metrics").body();
                    assertEquals(
                            "0",
                            metrics.lines()
                                    .filter(line -> line.startsWith("leba_plugin_realms_lingering "))
                                    .map(line -> line.substring(line.indexOf(' ') + 1)
                                            .replace(".0", ""))
                                    .findFirst()
                                    .orElseThrow());
                });
    }

    private static String echo(Socket tcp, String text) throws IOException {
        tcp.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        byte[] back = tcp.getInputStream().readNBytes(text.length());
        return new String(back, StandardCharsets.UTF_8);
    }

    @Test
    void everyPluginIsSwappedWithoutAFailedRequestAndUnloaded() throws Exception {
        List<Integer> free = RunningLeba.freePorts(3);
        Path listed = folder.resolve("backends.yaml");
        try (NamedBackend one = new NamedBackend("one");
                NamedBackend two = new NamedBackend("two");
                EchoBackend echo = new EchoBackend()) {
            Files.writeString(listed, "- {address: 127.0.0.1, port: " + two.port() + "}\n");
            String yaml = """
                    api_port: "%d"
                    event_loops: 2
                    drain_timeout: 3s
                    access_log: {path: %s}
                    frontend_services:
                      - {name: web, protocol: http, address: 127.0.0.1, port: %d, default_backend: app}
                      - {name: relay, protocol: tcp, address: 127.0.0.1, port: %d, default_backend: echo}
                    backend_groups:
                      - name: app
                        protocol: http
                        health_check: {type: http, path: /healthz, interval: 500ms}
                        discovery: [{type: file, path: %s}]
                      - {name: least, protocol: http, algorithm: {type: least-connections}}
                      - {name: hash, protocol: http, algorithm: {type: consistent-hash}}
                      - {name: echo, protocol: tcp, health_check: {type: tcp, interval: 500ms}}
                    backends:
                      - {address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                      - {address: 127.0.0.1, port: %d, protocol: http, group_name: least}
                      - {address: 127.0.0.1, port: %d, protocol: http, group_name: hash}
                      - {address: 127.0.0.1, port: %d, protocol: tcp, group_name: echo}
                    routing_rules:
                      - {name: least, path_pattern: "/least/*", target_backend: least}
                      - {name: hash, path_pattern: "/hash/*", target_backend: hash}
                    """.formatted(
                            free.get(0),
                            folder.resolve("access.log"),
                            free.get(1),
                            free.get(2),
                            listed,
                            one.port(),
                            one.port(),
                            two.port(),
                            echo.port());
            try (RunningLeba leba = RunningLeba.serving(folder, yaml, "-XX:MaxMetaspaceSize=80m");
                    Socket tcp = new Socket("127.0.0.1", free.get(2))) {
                tcp.setSoTimeout(30_000);
                assertEquals("before", echo(tcp, "before"));
                Load clients = new Load(free.get(1), 6, 2, "/", "/least/x", "/hash/x");
                try (clients) {
                    await().until(() -> clients.answered() > 200);
                    for (int round = 0; round < ROUNDS; round++) {
                        for (String plugin : PLUGINS) {
                            swap(leba, plugin);
                            long before = clients.answered();
                            await().until(() -> clients.answered() > before + 20);
                            assertEquals(List.of(), clients.failures(), plugin);
                        }
                    }
                }
                assertEquals(List.of(), clients.failures());
                assertEquals("after", echo(tcp, "after"), "a session outlives the swap of all but its protocol");
                awaitUnloaded(leba, free.get(0));
                assertEquals("still", echo(tcp, "still"), "and pins nothing of what was swapped");
                swap(leba, "protocol.tcp");
                assertEquals("on the old one", echo(tcp, "on the old one"));
                assertEquals(-1, tcp.getInputStream().read(), "until drain_timeout has passed");
                awaitUnloaded(leba, free.get(0));
            }
        }
    }
}
