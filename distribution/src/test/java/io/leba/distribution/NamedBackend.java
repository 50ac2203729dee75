package io.leba.distribution;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on a free loopback port that answers with its name and the path. */
final class NamedBackend implements AutoCloseable {
    private final HttpServer http;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    NamedBackend(String name) throws IOException {
        this(name, 0);
    }

    NamedBackend(String name, int port) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
        http.setExecutor(threads);
        http.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream());
                byte[] body = (name + " " + exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        http.start();
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** Ends in mid-test, as a process that is killed: the port refuses from now on. */
    void die() {
        close();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
