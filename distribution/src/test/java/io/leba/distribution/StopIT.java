package io.leba.distribution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How LEBA stops while clients are at work. */
class StopIT {
    @TempDir
    private Path folder;

    @Test
    void noKeepAliveClientIsResetAndEachIsToldThatItsAnswerIsTheLast() throws Exception {
        int clients = 96;
        int port = RunningLeba.freePorts(1).get(0);
        ExecutorService threads = Executors.newFixedThreadPool(clients + 1);
        try (NamedBackend one = new NamedBackend("one");
                RunningLeba leba = RunningLeba.serving(folder, """
                        shutdown_timeout: 20s
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: %d}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(port, one.port()))) {
            AtomicInteger answered = new AtomicInteger();
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                // From one request after the other to a pause of half a second in between.
                long pauseNanos = TimeUnit.MILLISECONDS.toNanos(i % 4 == 0 ? 0 : i * 5L);
                results.add(threads.submit(() -> untilTold(port, pauseNanos, answered)));
            }
            await().until(() -> answered.get() > 20 * clients);
            assertEquals(0, leba.stop("TERM"));
            for (Future<String> result : results) {
                assertEquals("told", result.get(30, TimeUnit.SECONDS), leba.log());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Asks again and again until an answer says that it is the last. */
    private static String untilTold(int port, long pauseNanos, AtomicInteger answered) {
        int asked = 0;
        try (KeepAliveClient client = new KeepAliveClient(port)) {
            while (true) {
                KeepAliveClient.Answer answer = client.get("/" + asked++);
                answered.incrementAndGet();
                if (answer.status() != 200) {
                    return "status " + answer.status();
                }
                if (answer.isLast()) {
                    return client.endsInOrder() ? "told" : "told, but it goes on";
                }
                LockSupport.parkNanos(pauseNanos);
            }
        } catch (IOException e) {
            return "after " + asked + " requests: " + e;
        }
    }

    @Test
    void aConnectionIsEitherRefusedOrServed() throws Exception {
        int clients = 32;
        int port = RunningLeba.freePorts(1).get(0);
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try (NamedBackend one = new NamedBackend("one");
                RunningLeba leba = RunningLeba.serving(folder, """
                        shutdown_timeout: 20s
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: %d}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(port, one.port()))) {
            AtomicInteger answered = new AtomicInteger();
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                results.add(threads.submit(() -> untilRefused(port, answered)));
            }
            await().until(() -> answered.get() > 20 * clients);
            assertEquals(0, leba.stop("TERM"));
            List<String> ends = new ArrayList<>();
            for (Future<String> result : results) {
                ends.add(result.get(30, TimeUnit.SECONDS));
            }
            assertEquals(Collections.nCopies(clients, "refused"), ends);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Asks once on each connection until there is none to be had. */
    private static String untilRefused(int port, AtomicInteger answered) {
        while (true) {
            try (KeepAliveClient client = new KeepAliveClient(port)) {
                if (client.get("/").status() != 200) {
                    return "not served";
                }
                answered.incrementAndGet();
            } catch (ConnectException e) {
                return "refused";
            } catch (IOException e) {
                return e.toString();
            }
        }
    }

    @Test
    void readinessTurnsFirstAndTheManagementAddressAnswersUntilTrafficHasEnded() throws Exception {
        List<Integer> free = RunningLeba.freePorts(2);
        int port = free.get(0);
        int api = free.get(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (SlowBackend slow = new SlowBackend(Duration.ofMinutes(1));
                RunningLeba leba = RunningLeba.serving(folder, """
                        shutdown_delay: 3s
                        api_port: %d
                        api_address: 127.0.0.1
                        frontend_services:
                          - {protocol: http, address: 127.0.0.1, port: %d}
                        backends:
                          - {address: 127.0.0.1, port: %d, protocol: http}
                        """.formatted(api, port, slow.port()))) {
            assertEquals(200, leba.get(api, "/readyz").statusCode());
            assertEquals(200, leba.get(api, "/livez").statusCode());
            Future<Integer> exchange = threads.submit(() -> leba.get(port, "/").statusCode());
            slow.awaitRequest();
            Future<Integer> stop = threads.submit(() -> leba.stop("TERM"));
            await().until(() -> leba.get(api, "/readyz").statusCode() == 503);
            new KeepAliveClient(port).close(); // connections are still taken
            await().until(() -> takesNobody(port));
            assertTrue(!exchange.isDone(), "an exchange is under way");
            assertEquals(503, leba.get(api, "/readyz").statusCode());
            assertEquals(200, leba.get(api, "/livez").statusCode(), "it lives");
            slow.answer();
            assertEquals(200, exchange.get(30, TimeUnit.SECONDS));
            assertEquals(0, stop.get(30, TimeUnit.SECONDS));
            assertThrows(IOException.class, () -> leba.get(api, "/livez"));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Refused, or not heard: for a moment before the socket closes, who asks hears nothing. */
    private static boolean takesNobody(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 100);
            return false;
        } catch (ConnectException | SocketTimeoutException e) {
            return true;
        }
    }
}
