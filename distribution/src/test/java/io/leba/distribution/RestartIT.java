package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in mid-work is followed by one that knows what it knew. */
class RestartIT {
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String ENCRYPTED = "LEBA-STATE 1 aes-256-gcm ";

    @TempDir
    private Path folder;

    private String backend(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Layout.HOME.resolve("bin/leba").toString(), "backend"));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of("--control-socket", folder.resolve("work/control.sock").toString()));
        Run run = Run.of(folder, Map.of("PATH", System.getenv("PATH")), command);
        assertEquals(0, run.exitCode(), run.errors());
        return run.output();
    }

    /** What operators set and probes found, without what is counted. */
    private List<String> known() throws Exception {
        return backend("list")
                .lines()
                .skip(1)
                .map(line -> String.join(" ", List.of(line.trim().split("\\s+")).subList(0, 6)))
                .toList();
    }

    /** The JSON of a state file without its white space, as anybody reads it who has the key. */
    private static String decrypted(byte[] file) throws GeneralSecurityException {
        int end = new String(file, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        String line = new String(file, 0, end, StandardCharsets.ISO_8859_1);
        assertTrue(line.startsWith(ENCRYPTED), line);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(Base64.getDecoder().decode(KEY), "AES"),
                new GCMParameterSpec(
                        128,
                        HexFormat.of()
                                .parseHex(line.substring(ENCRYPTED.length()).trim())));
        cipher.updateAAD(file, 0, end);
        byte[] json = cipher.doFinal(file, end, file.length - end);
        return new String(json, StandardCharsets.UTF_8).replaceAll("\\s", "");
    }

    @Test
    void whatAKilledProcessKnewIsKnownToTheNextOne() throws Exception {
        List<Integer> free = RunningLeba.freePorts(2);
        Path state = folder.resolve("var/state");
        String yaml = """
                state_file: var/state
                state_key: ${file:key}
                frontend_services:
                  - {protocol: http, address: 127.0.0.1, port: %d, default_backend: app}
                backend_groups:
                  - name: app
                    protocol: http
                    health_check: {type: tcp, interval: 1s, timeout: 900ms, rise: 1, fall: 1}
                """;
        Files.writeString(folder.resolve("key"), KEY + "\n");
        try (NamedBackend one = new NamedBackend("one");
                NamedBackend two = new NamedBackend("two");
                NamedBackend three = new NamedBackend("three")) {
            String config =
                    yaml.formatted(free.get(0)) + """
                    backends:
                      - {name: one, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                      - {name: two, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                      - {name: three, address: 127.0.0.1, port: %d, protocol: http, group_name: app, weight: 2}
                      - {name: dead, address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                    """.formatted(one.port(), two.port(), three.port(), free.get(1));
            RunningLeba killed = RunningLeba.serving(folder, config);
            backend("drain", "app", "one");
            backend("disable", "app", "two");
            backend("weight", "app", "three", "9");
            await().until(() -> known().get(3).contains(" down"));
            List<String> before = known();
            await().untilAsserted(() -> {
                String saved = decrypted(Files.readAllBytes(state));
                assertTrue(saved.contains("\"backend\":\"dead\",\"up\":false"), saved);
                assertTrue(saved.contains("\"backend\":\"one\",\"admin\":\"drain\""), saved);
                assertTrue(saved.contains("\"backend\":\"two\",\"admin\":\"disabled\""), saved);
                assertTrue(saved.contains("\"backend\":\"three\",\"admin\":\"ready\",\"weight\":9"), saved);
            });
            killed.stop("KILL");

            Files.delete(folder.resolve("out"));
            Files.delete(folder.resolve("err"));
            Files.writeString(folder.resolve("config.yaml"), config);
            try (RunningLeba next = RunningLeba.start(
                            Layout.HOME,
                            folder,
                            List.of(
                                    "run",
                                    "--config",
                                    folder.resolve("config.yaml").toString()))
                    .awaitLog("generation 2 serves")) {
                assertEquals(before, known());
                assertEquals("three /", next.get(free.get(0), "/").body(), "only this one takes traffic");
            }
        }
    }
}
