package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backends are drained from the shell while clients are at work, through every plugin that is shipped. */
class DrainIT {
    private static final int CLIENTS = 12;

    @TempDir
    private Path folder;

    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();
    /** The backend that nobody may be sent to; null: none. */
    private volatile String forbidden;

    private Run leba(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Layout.HOME.resolve("bin/leba").toString(), "backend"));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of("--control-socket", folder.resolve("work/control.sock").toString()));
        return Run.of(folder, Map.of("PATH", System.getenv("PATH")), command);
    }

    private void say(String change, String group, String backend) throws Exception {
        Run run = leba(change, group, backend);
        assertEquals(0, run.exitCode(), run.errors());
    }

    /** Asks on one connection, or on a new one each time, until the test is over. */
    private String ask(int port, boolean isKept) {
        try {
            String before = forbidden;
            KeepAliveClient client = new KeepAliveClient(port);
            while (!isOver.get()) {
                if (isKept) {
                    before = forbidden;
                }
                KeepAliveClient.Answer answer = client.get("/");
                if (answer.status() != 200) {
                    return "status " + answer.status();
                }
                if (before != null && answer.body().startsWith(before)) {
                    return "was sent to the drained backend " + before;
                }
                asked.incrementAndGet();
                if (!isKept) {
                    client.close();
                    before = forbidden;
                    client = new KeepAliveClient(port);
                }
            }
            client.close();
            return "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void drainingUnderLoadFailsNothingAndLetsNothingNewThrough() throws Exception {
        List<Integer> free = RunningLeba.freePorts(2);
        ExecutorService threads = Executors.newFixedThreadPool(2 * CLIENTS);
        try (NamedBackend one = new NamedBackend("one");
                NamedBackend two = new NamedBackend("two");
                RunningLeba leba =
                        RunningLeba.serving(folder, """
                        shutdown_timeout: 2s
                        frontend_services:
                          - {name: web, protocol: http, address: 127.0.0.1, port: %d, default_backend: app}
                          - {name: raw, protocol: tcp, address: 127.0.0.1, port: %d, default_backend: relay}
                        backend_groups:
                          - {name: app, protocol: http, algorithm: least-connections, health_check: tcp}
                          - {name: relay, protocol: tcp}
                        backends:
                          - {name: one, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                          - {name: two, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                          - {name: one, address: 127.0.0.1, port: %3$d, protocol: tcp, group_name: relay}
                          - {name: two, address: 127.0.0.1, port: %4$d, protocol: tcp, group_name: relay}
                        """.formatted(free.get(0), free.get(1), one.port(), two.port()));
                KeepAliveClient first = new KeepAliveClient(free.get(1));
                KeepAliveClient second = new KeepAliveClient(free.get(1))) {
            List<String> relayed =
                    List.of(first.get("/").body(), second.get("/").body());
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                results.add(threads.submit(() -> ask(free.get(0), true)));
                results.add(threads.submit(() -> ask(free.get(1), false)));
            }
            for (int round = 0; round < 4; round++) {
                String name = round % 2 == 0 ? "one" : "two";
                String change = round < 2 ? "drain" : "disable";
                say(change, "app", name);
                say(change, "relay", name);
                forbidden = name;
                int goal = asked.get() + 500;
                await().until(() -> asked.get() > goal || results.stream().anyMatch(Future::isDone));
                assertEquals(
                        relayed, List.of(first.get("/").body(), second.get("/").body()), "they go on as they began");
                forbidden = null;
                say("ready", "app", name);
                say("ready", "relay", name);
            }
            isOver.set(true);
            for (Future<String> result : results) {
                assertEquals("", result.get(30, TimeUnit.SECONDS), leba.log());
            }
        } finally {
            isOver.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void allDrainedIs503AndAClosedConnection() throws Exception {
        List<Integer> free = RunningLeba.freePorts(2);
        try (NamedBackend one = new NamedBackend("one");
                RunningLeba leba = RunningLeba.serving(folder, """
                        frontend_services:
                          - {name: web, protocol: http, address: 127.0.0.1, port: %d, default_backend: app}
                          - {name: raw, protocol: tcp, address: 127.0.0.1, port: %d, default_backend: relay}
                        backends:
                          - {name: one, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                          - {name: one, address: 127.0.0.1, port: %3$d, protocol: tcp, group_name: relay}
                        """.formatted(free.get(0), free.get(1), one.port()))) {
            assertEquals(200, leba.get(free.get(0), "/").statusCode());
            say("drain", "app", "one");
            say("drain", "relay", "one");
            assertEquals(503, leba.get(free.get(0), "/").statusCode());
            try (KeepAliveClient raw = new KeepAliveClient(free.get(1))) {
                assertThrows(IOException.class, () -> raw.get("/"));
            }
            say("ready", "app", "one");
            assertEquals(200, leba.get(free.get(0), "/").statusCode());

            Run unknown = leba("drain", "app", "on");
            assertFalse(unknown.exitCode() == 0);
            assertTrue(
                    unknown.errors().contains("group 'app' has no backend 'on'; did you mean 'one'? backends: one"),
                    unknown.errors());
        }
    }
}
