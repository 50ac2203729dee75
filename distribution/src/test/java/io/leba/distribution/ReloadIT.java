package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reloads with the plugins that are shipped: what a change does not concern goes on as if nothing had happened. */
class ReloadIT {
    @TempDir
    private Path folder;

    /** A keep-alive client that counts on its connection. */
    private static final class KeptAlive implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        KeptAlive(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(30_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        /** The body of the answer; fails if the connection is closed or is going to be. */
        String get(String path) throws IOException {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            int length = 0;
            for (String line = in.readLine(); ; line = in.readLine()) {
                assertTrue(line != null, "the connection was closed");
                if (line.isEmpty()) {
                    break;
                }
                String lower = line.toLowerCase(java.util.Locale.ROOT);
                assertNotEquals("connection: close", lower);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).trim());
                }
            }
            char[] body = new char[length];
            for (int read = 0; read < length; ) {
                int count = in.read(body, read, length - read);
                assertTrue(count > 0, "the connection was closed");
                read += count;
            }
            return new String(body);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Map<String, String> metrics(RunningLeba leba, int port, String... names) throws Exception {
        Map<String, String> found = new TreeMap<>();
        for (String line : leba.get(port, "/metrics").body().split("\n")) {
            for (String name : names) {
                if (line.startsWith(name + "{") || line.startsWith(name + "_total{")) {
                    found.put(line.substring(0, line.lastIndexOf(' ')), line.substring(line.lastIndexOf(' ') + 1));
                }
            }
        }
        return found;
    }

    @Test
    void whatAReloadDoesNotConcernKeepsSocketsConnectionsPoolsCountersAndHealth() throws Exception {
        List<Integer> free = RunningLeba.freePorts(3);
        try (NamedBackend one = new NamedBackend("one");
                NamedBackend two = new NamedBackend("two")) {
            String base = """
                    api_port: %d
                    event_loops: 1
                    frontend_services:
                      - {name: web, protocol: http, address: 127.0.0.1, port: %d, default_backend: app}
                      - {name: raw, protocol: tcp, address: 127.0.0.1, port: %d, default_backend: relayed}
                    backend_groups:
                      - name: app
                        protocol: http
                        algorithm: {type: round-robin}
                        health_check: {type: http, path: /healthz, interval: 1s}
                      - name: keyed
                        protocol: http
                        algorithm: {type: consistent-hash, load_factor: 1.5}
                      - name: relayed
                        protocol: tcp
                    backends:
                      - {name: a, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                      - {name: k1, address: 127.0.0.1, port: %d, protocol: http, group_name: keyed}
                      - {name: k2, address: 127.0.0.1, port: %d, protocol: http, group_name: keyed}
                      - {name: t, address: 127.0.0.1, port: %d, protocol: tcp, group_name: relayed}
                    routing_rules:
                      - {name: keys, path_pattern: "/keys/*", target_backend: keyed}
                      - {name: other, path_pattern: "/other/*", target_backend: app}
                    """.formatted(
                            free.get(0), free.get(1), free.get(2), one.port(), one.port(), two.port(), two.port());
            List<String> edits = List.of(
                    base.replace("/other/*", "/another/*"),
                    base.replace(
                            "routing_rules:",
                            "  - {name: n, address: 127.0.0.1, port: 1, protocol: http, group_name: relay2}\nrouting_rules:"),
                    base.replace("load_factor: 1.5", "load_factor: 2.5"),
                    base.replace("interval: 1s", "interval: 30s"),
                    base + "drain_timeout: 1m\n");
            try (RunningLeba leba = RunningLeba.serving(folder, base);
                    KeptAlive web = new KeptAlive(free.get(1));
                    KeptAlive raw = new KeptAlive(free.get(2))) {
                web.get("/");
                raw.get("/raw");
                String[] watched = {
                    "leba_backend_connects",
                    "leba_backend_up",
                    "leba_backend_idle_connections",
                    "leba_frontend_connections"
                };
                for (int i = 0; i < edits.size(); i++) {
                    Map<String, String> before = metrics(leba, free.get(0), watched);
                    assertTrue(before.size() >= 4, before.toString());
                    Files.writeString(folder.resolve("config.yaml"), edits.get(i));
                    leba.awaitLog("generation " + (i + 2) + " serves");
                    Map<String, String> after = metrics(leba, free.get(0), watched);
                    after.keySet().retainAll(before.keySet());
                    before.keySet().retainAll(after.keySet());
                    assertEquals(before, after, "edit " + i);
                    assertEquals("one /", web.get("/"), "edit " + i);
                    assertEquals("two /raw", raw.get("/raw"), "edit " + i);
                    assertEquals(
                            before, kept(before, metrics(leba, free.get(0), watched)), "the pooled connection serves");
                }
                Files.writeString(folder.resolve("config.yaml"), "# the same\n" + edits.get(edits.size() - 1));
                leba.awaitLog("nothing changed; generation " + (edits.size() + 1) + " keeps serving");
                assertEquals("one /", web.get("/"));
            }
        }
    }

    private static Map<String, String> kept(Map<String, String> names, Map<String, String> all) {
        Map<String, String> kept = new TreeMap<>(all);
        kept.keySet().retainAll(names.keySet());
        return kept;
    }
}
