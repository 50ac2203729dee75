package io.leba.plugin.admin.api;

import com.sun.net.httpserver.HttpServer;
import io.leba.spi.OnControl;
import io.leba.spi.Scope;
import io.leba.spi.control.Control;
import io.leba.spi.control.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/**
 * The management address. It listens from {@link #start} until its scope closes, with a few threads of its own, so that
 * neither a slow reader nor a flood of requests here touches an event loop. A request has {@value #REQUEST_SECONDS} seconds
 * to arrive and its answer {@value #ANSWER_SECONDS} to be taken.
 */
final class AdminApi implements Service {
    private static final int THREADS = 4;
    private static final int WAITING = 128;
    private static final int REQUEST_SECONDS = 10;
    private static final int ANSWER_SECONDS = 30;
    private static final Map<String, String> LIMITS = Map.of(
            "sun.net.httpserver.maxReqTime", Integer.toString(REQUEST_SECONDS),
            "sun.net.httpserver.maxRspTime", Integer.toString(ANSWER_SECONDS),
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "32768",
            "sun.net.httpserver.nodelay", "true",
            "jdk.httpserver.maxConnections", "256");

    private final AdminApiConfig config;
    private final Scope scope;
    private final Logger logger;
    private volatile InetSocketAddress address;

    AdminApi(AdminApiConfig config, Scope scope) {
        this.config = config;
        this.scope = scope;
        this.logger = scope.logger();
    }

    @Override
    @OnControl
    public void start(Control control) throws IOException {
        HttpServer server;
        try {
            server = listen(config.bindAddress());
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + show(config.bindAddress()) + " for the management address: " + e.getMessage(),
                    e);
        }
        server.createContext("/", new RequestHandler(new Pages(control), logger));
        ThreadPoolExecutor threads = threads();
        server.setExecutor(threads);
        scope.onClose(() -> {
            server.stop(0);
            threads.shutdownNow();
        });
        server.start();
        address = server.getAddress();
        logger.info("management address http://{}/", show(address));
    }

    /** Where it listens; null before the start. */
    InetSocketAddress address() {
        return address;
    }

    /**
     * Opens the listening socket. The JDK reads its limits from system properties, once, when the first server is made:
     * they are set for that moment, where the user has not set them.
     */
    private static HttpServer listen(InetSocketAddress address) throws IOException {
        Map<String, String> unset = new HashMap<>(LIMITS);
        unset.keySet().removeIf(key -> System.getProperty(key) != null);
        unset.forEach(System::setProperty);
        try {
            return HttpServer.create(address, 0);
        } finally {
            unset.keySet().forEach(System::clearProperty);
        }
    }

    private static ThreadPoolExecutor threads() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "leba-admin-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    static String show(InetSocketAddress address) {
        if (address.getAddress().isAnyLocalAddress()) {
            return "*:" + address.getPort();
        }
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
