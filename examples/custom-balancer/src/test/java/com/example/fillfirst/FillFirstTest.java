package com.example.fillfirst;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import org.junit.jupiter.api.Test;

/** Seen from outside, with LEBA in this process. */
class FillFirstTest {
    @Test
    void oneAtATimeAllGoesToTheFirstUntilItIsGone() throws Exception {
        try (HttpOrigin first = HttpOrigin.named("first");
                HttpOrigin second = HttpOrigin.named("second");
                TestNode node = TestNode.start("""
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: 0}
                        backend_groups:
                          - {name: http, protocol: http, algorithm: {type: fill-first, limit: 2}}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http}
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(first.port(), second.port()))) {
            for (int i = 0; i < 10; i++) {
                assertEquals("first /", node.get("/").body());
            }
            first.die();
            assertEquals("second /", node.get("/").body());

            node.assertUnloads(FillFirstPlugin.class);
            assertEquals("second /again", node.get("/again").body());
        }
    }
}
