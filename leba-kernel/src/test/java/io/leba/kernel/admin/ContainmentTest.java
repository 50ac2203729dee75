package io.leba.kernel.admin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.plugin.ToyPlugin;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An algorithm that keeps failing costs its group no more than its opinion, unless the operator wants it so. */
class ContainmentTest {
    @TempDir
    private Path folder;

    private ServedNode served;

    @BeforeEach
    void install() throws IOException {
        served = new ServedNode(folder);
        ToyPlugin.failing(served.plugins.resolve("failing.jar"), "1.0");
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    private long asked() {
        return served.node.endpoints().stream()
                .filter(page -> page.path().equals("/asked"))
                .map(page -> {
                    try {
                        return Long.parseLong(
                                new String(page.get(null).body(), java.nio.charset.StandardCharsets.UTF_8));
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAlgorithmThatKeepsFailingIsNotAskedAnyMoreAndAnyBackendIsTaken() throws IOException {
        served.serve(served.yaml(", algorithm: {type: failing}").replace("event_loops: 2", "event_loops: 1"), false);
        try (LineCaller caller = served.call()) {
            for (int i = 0; i < 20; i++) {
                assertTrue(caller.ask("hi").endsWith(" hi"));
            }
        }
        assertEquals(5, asked());
    }

    @Test
    void withRejectItsExchangesFailAndOtherGroupsDoNotCare() throws IOException {
        served.serve(served.yaml(", algorithm: {type: failing}, on_plugin_failure: reject"), false);
        try (LineCaller caller = served.call()) {
            for (int i = 0; i < 20; i++) {
                assertEquals("none ", caller.ask("hi"));
            }
        }
    }

    @Test
    void aNewVersionIsAskedAtOnce() throws IOException {
        served.serve(served.yaml(", algorithm: {type: failing}, on_plugin_failure: reject"), false);
        try (LineCaller caller = served.call()) {
            for (int i = 0; i < 10; i++) {
                assertEquals("none ", caller.ask("hi"));
            }
            Path mended = ToyPlugin.variantOfFailing(folder.resolve("failing.jar"), "1.1");
            served.node.installPlugin(mended);
            await().untilAsserted(() -> assertTrue(caller.ask("hi").endsWith(" hi")));
        }
    }
}
