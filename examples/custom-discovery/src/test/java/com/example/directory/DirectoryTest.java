package com.example.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seen from outside, with LEBA in this process. */
class DirectoryTest {
    @TempDir
    private Path instances;

    @Test
    void anInstanceServesAsSoonAsItsFileIsThere() throws Exception {
        try (HttpOrigin one = HttpOrigin.named("one");
                HttpOrigin two = HttpOrigin.named("two");
                TestNode node = TestNode.start("""
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: 0, default_backend: app}
                        backend_groups:
                          - {name: app, protocol: http, discovery: {type: directory, path: "%s", interval: 100ms}}
                        """.formatted(instances))) {
            assertEquals(503, node.get("/").status());

            Files.writeString(instances.resolve("one"), "127.0.0.1:" + one.port());
            node.await("one", () -> node.get("/").body().equals("one /"));

            Files.writeString(instances.resolve("two"), "127.0.0.1:" + two.port());
            Files.delete(instances.resolve("one"));
            node.await("two alone", () -> node.get("/").body().equals("two /")
                    && node.get("/").body().equals("two /"));

            node.assertUnloads(DirectoryPlugin.class);
            assertEquals("two /", node.get("/").body());
        }
    }
}
