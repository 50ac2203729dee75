package io.leba.kernel.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Small HTTP servers on free loopback ports, each with a name and a greeting of its own. */
final class DemoBackends implements AutoCloseable {
    private static final List<String> NAMES = List.of("red", "green", "blue");

    private final List<HttpServer> backends = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(NAMES.size(), task -> {
        Thread thread = new Thread(task, "demo-backend");
        thread.setDaemon(true);
        return thread;
    });

    DemoBackends() throws IOException {
        for (String name : NAMES) {
            HttpServer backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
            backend.setExecutor(threads);
            backend.createContext("/", exchange -> answer(exchange, name));
            backend.start();
            backends.add(backend);
        }
    }

    private static void answer(HttpExchange exchange, String name) throws IOException {
        try (exchange) {
            boolean isHealth = exchange.getRequestURI().getPath().equals("/healthz");
            byte[] body = (isHealth ? "ok\n" : "hello from " + name + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream());
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().set("X-Backend", name);
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, isHead ? -1 : body.length);
            if (!isHead) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    /** The ports, in the order red, green, blue. */
    List<Integer> ports() {
        return backends.stream().map(backend -> backend.getAddress().getPort()).toList();
    }

    @Override
    public void close() {
        backends.forEach(backend -> backend.stop(0));
        threads.shutdownNow();
    }
}
