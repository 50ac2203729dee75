package com.example.lines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.testkit.node.TcpClient;
import io.leba.testkit.node.TestNode;
import io.leba.testkit.origin.TcpOrigin;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Seen from outside, with LEBA in this process. */
class LinesTest {
    private static TestNode node(int... ports) {
        return node("30s", ports);
    }

    private static TestNode node(String answerTimeout, int... ports) {
        StringBuilder backends = new StringBuilder();
        for (int port : ports) {
            backends.append("  - {address: 127.0.0.1, port: ").append(port).append(", protocol: lines}\n");
        }
        return TestNode.start("""
                drain_timeout: 1s
                frontend_services:
                  - {protocol: lines, address: 127.0.0.1, port: 0, max_line: 32B, answer_timeout: %s}
                backends:
                """.formatted(answerTimeout) + backends);
    }

    @Test
    void linesOfOneClientGoRoundTheBackendsAndConnectionsAreKept() throws IOException {
        try (TcpOrigin one = TcpOrigin.lines("one");
                TcpOrigin two = TcpOrigin.lines("two");
                TestNode node = node(one.port(), two.port());
                TcpClient client = node.connect()) {
            client.send("a\nb\nc\nd\n");
            String first = client.readLine().equals("one a") ? "one" : "two";
            String second = first.equals("one") ? "two" : "one";
            assertEquals(second + " b", client.readLine());
            assertEquals(first + " c", client.readLine());
            assertEquals(second + " d", client.readLine());
            assertEquals(1, one.connections());
            assertEquals(1, two.connections());
        }
    }

    @Test
    void aBackendThatIsGoneIsPassedOver() throws IOException {
        try (TcpOrigin one = TcpOrigin.lines("one");
                TcpOrigin two = TcpOrigin.lines("two");
                TestNode node = node(one.port(), two.port());
                TcpClient client = node.connect()) {
            one.die();
            for (int i = 0; i < 6; i++) {
                assertEquals("two " + i, client.send(i + "\n").readLine());
            }
        }
    }

    @Test
    void aClientIsToldWhatIsWrong() throws IOException {
        try (TcpOrigin silent = TcpOrigin.playing(TcpOrigin.Session::awaitEnd);
                TestNode node = node("300ms", silent.port());
                TcpClient client = node.connect()) {
            assertEquals("error: no answer in time", client.send("anybody?\n").readLine());
            client.send("a line that is longer than thirty-two bytes\n").awaitClose();
            node.await("that nothing is held", () -> node.state().frontends().get(0).connections() == 0);
        }
    }

    @Test
    void aSwapEndsConnectionsAfterTheirExchangeAndLeavesNothing() throws IOException {
        try (TcpOrigin one = TcpOrigin.lines("one");
                TestNode node = node(one.port())) {
            try (TcpClient client = node.connect()) {
                assertEquals("one a", client.send("a\n").readLine());
                node.swap(LinesPlugin.class);
                client.awaitClose();
            }
            try (TcpClient client = node.connect()) {
                assertEquals("one b", client.send("b\n").readLine());
            }
            node.assertUnloads(LinesPlugin.class);
        }
    }
}
