package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.protocol.Outcome;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Bodies that are larger than any buffer, at the pace of whoever reads them. */
class StreamingTest {
    private static final int SIZE = 60_000_000;
    private static final long MOST_HELD = 4 << 20;

    private static byte at(long index) {
        return (byte) (index * 31 + (index >> 8));
    }

    private static byte[] part(long from, int count) {
        byte[] part = new byte[count];
        for (int i = 0; i < count; i++) {
            part[i] = at(from + i);
        }
        return part;
    }

    /** Direct memory that buffers hold, chunks of the pool included. */
    private static long held() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    @Test
    void a_large_response_waits_for_a_client_that_reads_slowly() throws IOException {
        AtomicLong written = new AtomicLong();
        Origin.Script script = connection -> {
            while (connection.readRequest() != null) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
                for (long i = 0; i < SIZE; i += 10_000) {
                    connection.socket().getOutputStream().write(part(i, 10_000));
                    written.set(i + 10_000);
                }
            }
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address(), 8192)) {
            long before = held();
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            stalls(written);
            assertTrue(written.get() < SIZE, "the backend waits");
            assertTrue(held() - before < MOST_HELD, () -> "held " + (held() - before));
            assertTrue(client.response().body().length() == SIZE);

            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            String body = client.response().body();
            for (int i = 0; i < SIZE; i += 997) {
                assertEquals(at(i), (byte) body.charAt(i), "byte " + i);
            }
            assertEquals(1, origin.connections().size(), "a connection that was paused is used again");
        }
    }

    @Test
    void a_large_request_waits_for_a_backend_that_reads_slowly() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        AtomicLong sum = new AtomicLong();
        Origin.Script script = connection -> {
            connection.readHead();
            try {
                read.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            byte[] all = connection.socket().getInputStream().readNBytes(SIZE);
            for (int i = 0; i < SIZE; i++) {
                sum.addAndGet(all[i] == at(i) ? 1 : 0);
            }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            connection.readAll();
        };
        try (Origin origin = Origin.with(script, 8192);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            long before = held();
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: " + SIZE + "\r\n\r\n");
            AtomicLong written = new AtomicLong();
            Thread writer = new Thread(() -> {
                for (long i = 0; i < SIZE; i += 10_000) {
                    client.send(part(i, 10_000));
                    written.set(i + 10_000);
                }
            });
            writer.start();
            stalls(written);
            assertTrue(written.get() < SIZE, "the client waits");
            assertTrue(held() - before < MOST_HELD, () -> "held " + (held() - before));
            read.countDown();
            assertEquals(200, client.response().status());
            writer.join();
            assertEquals(SIZE, sum.get());
        }
    }

    private static void stalls(AtomicLong progress) {
        long[] seen = {-1, 0};
        Eventually.until(() -> {
            long now = progress.get();
            seen[1] = now == seen[0] && now > 0 ? seen[1] + 1 : 0;
            seen[0] = now;
            return seen[1] > 50;
        });
    }

    @Test
    void many_stalled_clients_hold_little_memory() {
        Origin.Script script = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n");
            String part = "x".repeat(100_000);
            for (int i = 0; i < 100; i++) {
                connection.write(part);
            }
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address())) {
            RawClient[] clients = new RawClient[20];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = new RawClient(proxy.address(), 4096);
                clients[i].send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            }
            AtomicLong sent = new AtomicLong();
            long[] seen = {-1, 0};
            Eventually.until(() -> {
                proxy.kernel().loop().run(() -> sent.set(proxy.pool().connects()));
                seen[1] = sent.get() == seen[0] && sent.get() == clients.length ? seen[1] + 1 : 0;
                seen[0] = sent.get();
                return seen[1] > 100;
            });
            // A stalled client holds what one read brought, not more.
            assertTrue(held() < 32L << 20, () -> "held " + held());
            for (RawClient client : clients) {
                client.close();
            }
            Eventually.until(() -> proxy.kernel().open() == 0);
        }
    }

    @Test
    void a_chunked_response_passes_as_it_comes() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        Origin.Script script = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            try {
                first.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            connection.write("6\r\nsecond\r\n0\r\n\r\n");
            connection.readAll();
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            StringBuilder got = new StringBuilder();
            while (!got.toString().endsWith("first")) {
                got.append(client.readExactly(1));
            }
            first.countDown();
            while (!got.toString().endsWith("0\r\n\r\n")) {
                got.append(client.readExactly(1));
            }
            assertTrue(got.toString().endsWith("5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n"), got.toString());
        }
    }

    @Test
    void a_client_that_waits_for_permission_gets_it_from_the_backend() {
        Origin.Script script = connection -> {
            String head = connection.readHead();
            assertTrue(head.contains("Expect: 100-continue\r\n"), head);
            connection.write("HTTP/1.1 100 Continue\r\n\r\n");
            for (int i = 0; i < 4; i++) {
                connection.read();
            }
            connection.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
            connection.readAll();
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.response().head());
            RawClient.Response response = client.send("body").response();
            assertEquals(201, response.status());
            assertEquals(null, response.header("connection"));
            assertTrue(origin.received().endsWith("\r\n\r\nbody"));
        }
    }

    @Test
    void a_refusal_in_place_of_permission_ends_the_connection() {
        try (Origin origin = Origin.with(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
                    connection.readAll();
                });
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n"), all);
            Eventually.until(() -> proxy.pool().open() == 0);
        }
    }

    @Test
    void an_answer_that_comes_before_the_body_reaches_a_client_that_still_sends() throws IOException {
        try (Origin origin = Origin.with(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly");
                    connection.readAll();
                });
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 900000\r\n\r\n");
            client.send(part(0, 100_000));
            RawClient.Response response = client.response();
            assertEquals("early", response.body());
            assertEquals("close", response.header("connection"));
            // What the client still sends is read and thrown away, so that it does not lose the answer to a reset.
            client.send(part(0, 100_000));
            assertEquals("", client.rest());
            Eventually.until(() -> proxy.kernel().open() == 0);
            assertEquals(List.of(Outcome.SUCCESS), proxy.kernel().exits());
        }
    }

    @Test
    void request_and_response_stream_at_the_same_time() {
        Origin.Script script = connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
            for (int i = 0; i < 10; i++) {
                connection.write(String.valueOf((char) connection.read()));
            }
            connection.readAll();
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n");
            StringBuilder got = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                client.send(String.valueOf(i));
                try {
                    while (!got.toString().endsWith(String.valueOf(i))
                            || !got.toString().contains("\r\n\r\n")) {
                        got.append(client.readExactly(1));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            assertTrue(got.toString().endsWith("\r\n\r\n0123456789"), got.toString());
        }
    }

    @Test
    void a_backend_that_goes_away_while_the_body_comes_is_told_to_the_client() {
        try (Origin origin = Origin.with(connection -> connection.readHead());
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n");
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 502 Bad Gateway\r\n"), all);
        }
    }

    @Test
    void a_client_that_leaves_ends_its_exchange() {
        Origin.Script script = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            connection.readAll();
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio().start(origin.address())) {
            try (RawClient client = new RawClient(proxy.address())) {
                client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
                client.readExactly(20);
                client.socket().setSoLinger(true, 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            Eventually.until(() -> proxy.kernel().exits().contains(Outcome.CLIENT_ABORTED));
            Eventually.until(() -> proxy.pool().open() == 0);
            assertEquals(0, proxy.group().inFlight());
            assertEquals(1, proxy.refusals("client_aborted"));
        }
    }
}
