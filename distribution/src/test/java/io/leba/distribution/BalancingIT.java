package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, through the launcher and every plugin: traffic reaches backends, and goes on when one dies or things change. */
class BalancingIT {
    @TempDir
    private Path folder;

    private Map<String, Long> spread(RunningLeba leba, int port, int requests) throws Exception {
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            var answer = leba.get(port, "/");
            assertEquals(200, answer.statusCode(), answer.body());
            counts.merge(answer.body().split(" ")[0], 1L, Long::sum);
        }
        return counts;
    }

    @Test
    void requestsAreSharedByWeight() throws Exception {
        List<Integer> free = RunningLeba.freePorts(1);
        try (NamedBackend one = new NamedBackend("one");
                NamedBackend two = new NamedBackend("two");
                RunningLeba leba = RunningLeba.serving(folder, """
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: %d}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http, weight: 3}
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(free.get(0), one.port(), two.port()))) {
            assertEquals(Map.of("one", 30L, "two", 10L), spread(leba, free.get(0), 40));
        }
    }

    @Test
    void rulesSendPathsToTheirGroups() throws Exception {
        List<Integer> free = RunningLeba.freePorts(1);
        try (NamedBackend app = new NamedBackend("app");
                NamedBackend files = new NamedBackend("files");
                RunningLeba leba = RunningLeba.serving(folder, """
                        frontend_services:
                          - {name: web, protocol: http, address: 127.0.0.1, port: %d, default_backend: app}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                          - {name: cdn, address: 127.0.0.1, port: %d, protocol: http, group_name: files}
                        routing_rules:
                          - {name: static, path_pattern: "/static/*", target_backend: files}
                          - {name: single, path_pattern: "/one/*", target_backend: cdn}
                        """.formatted(free.get(0), app.port(), files.port()))) {
            int port = free.get(0);
            assertEquals("files /static/a.css", leba.get(port, "/static/a.css").body());
            assertEquals("files /one/x", leba.get(port, "/one/x").body());
            assertEquals("app /statics", leba.get(port, "/statics").body());
        }
    }

    @Test
    void nobodyNoticesWhenABackendDies() throws Exception {
        List<Integer> free = RunningLeba.freePorts(1);
        try (NamedBackend one = new NamedBackend("one");
                NamedBackend two = new NamedBackend("two");
                RunningLeba leba = RunningLeba.serving(folder, """
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: %d}
                        backend_groups:
                          - name: http
                            health_check: {type: http, path: /healthz, interval: 1s, timeout: 900ms, rise: 1, fall: 2}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http}
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(free.get(0), one.port(), two.port()))) {
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger failed = new AtomicInteger();
            AtomicInteger served = new AtomicInteger();
            List<Thread> clients = IntStream.range(0, 4)
                    .mapToObj(i -> new Thread(() -> {
                        while (!done.get()) {
                            try {
                                if (leba.get(free.get(0), "/").statusCode() == 200) {
                                    served.incrementAndGet();
                                } else {
                                    failed.incrementAndGet();
                                }
                            } catch (Exception e) {
                                failed.incrementAndGet();
                            }
                        }
                    }))
                    .collect(Collectors.toList());
            clients.forEach(Thread::start);
            await().until(() -> served.get() > 200);
            two.die();
            leba.awaitLog("down");
            int before = served.get();
            await().until(() -> served.get() > before + 200);
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertEquals(0, failed.get(), "failed of " + served.get());
            assertEquals(Map.of("one", 10L), spread(leba, free.get(0), 10));
        }
    }

    @Test
    void aChangedFileIsTakenOverWithoutLosingAConnection() throws Exception {
        List<Integer> free = RunningLeba.freePorts(1);
        String yaml = """
                frontend_services:
                  - {name: web, protocol: http, address: 127.0.0.1, port: %d}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http}
                """;
        try (NamedBackend one = new NamedBackend("one");
                NamedBackend two = new NamedBackend("two");
                RunningLeba leba = RunningLeba.serving(folder, yaml.formatted(free.get(0), one.port()))) {
            try (Socket client = new Socket("127.0.0.1", free.get(0))) {
                client.setSoTimeout(30_000);
                assertTrue(ask(client).endsWith("one /"), "the first backend");

                Path config = folder.resolve("config.yaml");
                Files.writeString(config, "frontend_services: 12\nbackend: []\n");
                leba.awaitLog("generation 1 keeps serving");
                assertTrue(leba.log().contains("config.yaml:1:20 frontend_services: must be a list"), leba.log());
                assertTrue(ask(client).endsWith("one /"), "a bad file changes nothing");

                Path next = folder.resolve("next.yaml");
                Files.writeString(next, yaml.formatted(free.get(0), two.port()));
                Files.move(next, config, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                leba.awaitLog("generation 2 serves");
                assertTrue(ask(client).endsWith("two /"), "the same connection, the new backend");
            }
        }
    }

    private static String ask(Socket client) throws Exception {
        OutputStream out = client.getOutputStream();
        out.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = client.getInputStream();
        StringBuilder answer = new StringBuilder();
        int length = -1;
        int head = -1;
        while (head < 0 || answer.length() < head + length) {
            int b = in.read();
            if (b < 0) {
                throw new AssertionError("closed after: " + answer);
            }
            answer.append((char) b);
            if (head < 0 && answer.toString().endsWith("\r\n\r\n")) {
                head = answer.length();
                String lower = answer.toString().toLowerCase(java.util.Locale.ROOT);
                int at = lower.indexOf("content-length:");
                length = Integer.parseInt(
                        lower.substring(at + 15, lower.indexOf('\r', at)).trim());
            }
        }
        return answer.toString();
    }

    @Test
    void tcpIsRelayedAndHashSticksToAClient() throws Exception {
        List<Integer> free = RunningLeba.freePorts(1);
        try (NamedBackend one = new NamedBackend("one");
                NamedBackend two = new NamedBackend("two");
                RunningLeba leba = RunningLeba.serving(folder, """
                        shutdown_timeout: 1s
                        frontend_services:
                          - {protocol: tcp, address: 127.0.0.1, port: %d}
                        backend_groups:
                          - {name: tcp, protocol: tcp, algorithm: ip-hash, health_check: tcp}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: tcp}
                          - {address: 127.0.0.1, port: %d, protocol: tcp}
                        """.formatted(free.get(0), one.port(), two.port()))) {
            assertEquals(1, spread(leba, free.get(0), 20).size(), "one backend for one client");
        }
    }

    @Test
    void sigtermLetsTheExchangeFinishAndEndsWithZero() throws Exception {
        List<Integer> free = RunningLeba.freePorts(1);
        try (SlowBackend slow = new SlowBackend(Duration.ofMillis(1500))) {
            RunningLeba leba = RunningLeba.serving(folder, """
                    frontend_services:
                      - {protocol: http, address: 127.0.0.1, port: %d}
                    backends:
                      - {address: 127.0.0.1, port: %d, protocol: http}
                    """.formatted(free.get(0), slow.port()));
            AtomicInteger status = new AtomicInteger();
            Thread client = new Thread(() -> {
                try {
                    status.set(leba.get(free.get(0), "/").statusCode());
                } catch (Exception e) {
                    status.set(-1);
                }
            });
            client.start();
            slow.awaitRequest();
            assertEquals(0, leba.stop("TERM"));
            client.join();
            assertEquals(200, status.get());
            leba.close();
        }
    }
}
