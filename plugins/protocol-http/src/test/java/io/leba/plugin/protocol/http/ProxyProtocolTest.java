package io.leba.plugin.protocol.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.testkit.node.TestNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Requests of clients behind another balancer, to backends that are told of them on each connection. */
class ProxyProtocolTest {
    /** Answers requests, and takes down whom each was for: by the connection, and by its head. */
    private static final class Origin implements AutoCloseable {
        final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        final List<String> connections = new CopyOnWriteArrayList<>();
        final List<String> requests = new CopyOnWriteArrayList<>();

        Origin() throws IOException {
            start(() -> {
                while (true) {
                    Socket socket = listening.accept();
                    start(() -> serve(socket));
                }
            });
        }

        private interface Task {
            void run() throws IOException;
        }

        private static void start(Task task) {
            Thread thread = new Thread(() -> {
                try {
                    task.run();
                } catch (IOException e) {
                    // closed
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(Socket socket) throws IOException {
            try (socket) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                String introduced = in.readLine().split(" ")[2];
                connections.add(introduced);
                String forwarded = "";
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.regionMatches(true, 0, "x-forwarded-for: ", 0, 17)) {
                        forwarded = line.substring(17);
                    } else if (line.isEmpty()) {
                        requests.add(introduced + " " + forwarded);
                        socket.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\nok") < 0) {
            answer.append((char) client.getInputStream().read());
        }
    }

    @Test
    void every_connection_to_a_backend_carries_the_requests_of_one_client_alone() throws IOException {
        try (Origin origin = new Origin();
                TestNode node = TestNode.start("""
                        event_loops: 1
                        shutdown_timeout: 1s
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: 0, proxy_protocol: {from: [127.0.0.1]}}
                        backend_groups:
                          - {name: http, protocol: http, proxy_protocol: v1}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(origin.listening.getLocalPort()));
                Socket one = new Socket("127.0.0.1", node.address().getPort());
                Socket other = new Socket("127.0.0.1", node.address().getPort())) {
            one.getOutputStream()
                    .write("PROXY TCP4 192.0.2.1 198.51.100.9 1 80\r\n".getBytes(StandardCharsets.US_ASCII));
            other.getOutputStream()
                    .write("PROXY TCP4 192.0.2.2 198.51.100.9 2 80\r\n".getBytes(StandardCharsets.US_ASCII));
            ask(one);
            ask(other);
            ask(one);
            ask(other);

            assertEquals(List.of("192.0.2.1", "192.0.2.2"), origin.connections, "kept for as long as their clients");
            assertEquals(
                    List.of("192.0.2.1 192.0.2.1", "192.0.2.2 192.0.2.2", "192.0.2.1 192.0.2.1", "192.0.2.2 192.0.2.2"),
                    origin.requests);
        }
    }
}
