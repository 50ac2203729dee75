package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.HttpOrigin;
#if( $kind == "health-check" )
import io.leba.testkit.origin.TcpOrigin;
#elseif( $kind == "discovery" )
import java.nio.file.Files;
#end
import org.junit.jupiter.api.Test;

/** Seen from outside, with LEBA in this process: the plugin runs from a jar in a realm of its own. */
class ${className}Test {
#if( $kind == "balancer" )
    @Test
    void balancesAndCanBeSwapped() throws Exception {
        try (HttpOrigin one = HttpOrigin.named("one");
                TestNode node = TestNode.start("""
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: 0}
                        backend_groups:
                          - {name: http, protocol: http, algorithm: ${type}}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(one.port()))) {
            assertEquals("one /", node.get("/").body());

            node.assertUnloads(${className}Plugin.class);
            assertEquals("one /again", node.get("/again").body());
        }
    }
#elseif( $kind == "filter" )
    @Test
    void marksAnswersAndCanBeSwapped() throws Exception {
        try (HttpOrigin one = HttpOrigin.named("one");
                TestNode node = TestNode.start("""
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: 0, ${type}: {value: yes!}}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(one.port()))) {
            assertEquals("yes!", node.get("/").header("x-${type}").orElse(""));

            node.assertUnloads(${className}Plugin.class);
            assertEquals("yes!", node.get("/").header("x-${type}").orElse(""));
        }
    }
#elseif( $kind == "health-check" )
    @Test
    void aBackendThatDoesNotAnswerGetsNoTraffic() throws Exception {
        try (TcpOrigin good = TcpOrigin.playing(session -> {
                    session.readLine();
                    session.send("pong\n");
                });
                HttpOrigin bad = HttpOrigin.named("bad");
                TestNode node = TestNode.start("""
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: 0}
                        backend_groups:
                          - name: http
                            protocol: http
                            health_check: {type: ${type}, interval: 1s, timeout: 900ms, rise: 1, fall: 1}
                        backends:
                          - {name: good, address: 127.0.0.1, port: %d, protocol: http}
                          - {name: bad, address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(good.port(), bad.port()))) {
            node.await("up", () -> node.backend("http", "good").health().equals("up"));
            node.await("down", () -> node.backend("http", "bad").health().equals("down"));

            node.assertUnloads(${className}Plugin.class);
            assertEquals("up", node.backend("http", "good").health());
        }
    }
#else
    @Test
    void whatTheFileListsServes() throws Exception {
        try (HttpOrigin one = HttpOrigin.named("one");
                TestNode node = TestNode.builder().file("backends.txt", "").start("""
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: 0, default_backend: app}
                        backend_groups:
                          - {name: app, protocol: http, discovery: {type: ${type}, file: backends.txt}}
                        """)) {
            assertEquals(503, node.get("/").status());
            Files.writeString(node.folder().resolve("backends.txt"), "127.0.0.1:" + one.port() + "\n");
            node.await("the backend", () -> node.get("/").body().equals("one /"));

            node.assertUnloads(${className}Plugin.class);
        }
    }
#end
}
