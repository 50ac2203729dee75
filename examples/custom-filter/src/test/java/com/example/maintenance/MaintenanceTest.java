package com.example.maintenance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.testkit.node.Answer;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
import org.junit.jupiter.api.Test;

/** Seen from outside, with LEBA in this process. */
class MaintenanceTest {
    private static String yaml(int backend, String except) {
        return """
                frontend_services:
                  - {protocol: http, address: 127.0.0.1, port: 0, default_backend: app}
                backend_groups:
                  - name: app
                    protocol: http
                    maintenance: {message: Moving house., retry_after: 10m, except: %s}
                backends:
                  - {address: 127.0.0.1, port: %d, protocol: http, group_name: app}
                """.formatted(except, backend);
    }

    @Test
    void clientsAreToldToComeBackAndSomeAreLetThrough() throws Exception {
        try (HttpOrigin app = HttpOrigin.named("app");
                TestNode node = TestNode.start(yaml(app.port(), "[10.0.0.0/8]"))) {
            Answer answer = node.get("/");
            assertEquals("503 Moving house.", answer.status() + " " + answer.body());
            assertEquals("600", answer.header("Retry-After").orElse(""));
            assertEquals(0, app.requests().size());

            node.reload(yaml(app.port(), "[127.0.0.0/8]"));
            assertEquals("app /", node.get("/").body());

            node.assertUnloads(MaintenancePlugin.class);
        }
    }
}
