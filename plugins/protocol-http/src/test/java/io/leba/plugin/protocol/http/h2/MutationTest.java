package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.head.HeadLimits;
import io.leba.plugin.protocol.http.head.RequestHead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random streams of frames, mutated: nothing throws, hangs or keeps a buffer, and every head that comes out is one message to the
 * HTTP/1 scanner. {@code -Dleba.fuzz.seconds} runs it for longer.
 */
class MutationTest {
    private static final Duration TIME =
            Duration.ofMillis((long) (Double.parseDouble(System.getProperty("leba.fuzz.seconds", "3")) * 1000));
    private static final HeadLimits LIMITS = new HeadLimits(32 << 10, 8 << 10, 100);

    @Test
    void nothing_but_typed_faults_comes_of_garbage() {
        long end = System.nanoTime() + TIME.toNanos();
        long seed = Long.getLong("leba.fuzz.seed", System.nanoTime());
        int rounds = 0;
        while (System.nanoTime() < end) {
            long each = seed + rounds++;
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> run(each), () -> "seed " + each);
        }
        assertTrue(rounds > 100, "rounds: " + rounds);
    }

    private static void run(long seed) {
        Random random = new Random(seed);
        Peer server = Peer.server();
        server.takesAtOnce = random.nextBoolean();
        server.onRequest = call -> {
            verify(call.heads.get(0), seed);
            act(call, random);
        };
        try {
            server.connection.start();
            byte[] bytes = script(random);
            mutate(bytes, random);
            int at = 0;
            while (at < bytes.length) {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 10 : 3000));
                server.give(java.util.Arrays.copyOfRange(bytes, at, at + count));
                at += count;
                if (random.nextInt(4) == 0) {
                    server.nanos += random.nextInt(2_000_000_000);
                    server.connection.tick();
                    server.isWritable = random.nextInt(3) > 0;
                    server.connection.writable();
                    for (Peer.Call call : server.calls) {
                        if (random.nextInt(8) == 0) {
                            act(call, random);
                        }
                    }
                }
                Frames.read(server.fetch());
            }
        } catch (Throwable t) {
            throw new AssertionError("seed " + seed, t);
        } finally {
            server.close();
        }
        assertEquals(0, server.connection.open());
        for (Peer.Call call : server.calls) {
            assertTrue(call.stream.isClosed(), () -> "seed " + seed);
            assertEquals(0, call.stream.queued());
        }
    }

    private static void act(Peer.Call call, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> call.respond(200, "x".repeat(random.nextInt(100_000)), null);
            case 1 -> call.respond(200, "abc", "a: b\r\n\r\n");
            case 2 -> call.stream.reset(io.leba.plugin.protocol.http.h2.frame.ErrorCode.CANCEL);
            case 3 -> call.stream.leave();
            case 4 -> call.stream.taken(random.nextInt(70_000));
            default -> call.stream.isWritable();
        }
    }

    /** What comes out is one head, or one that is refused; never one and a bit. */
    private static void verify(String text, long seed) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        head.append(bytes, bytes.length);
        int size = head.scan(LIMITS);
        if (size > 0) {
            assertEquals(bytes.length, size, () -> "seed " + seed + ": " + text);
            assertEquals(bytes.length, text.indexOf("\r\n\r\n") + 4, () -> "seed " + seed + ": " + text);
        } else {
            assertEquals(-1, size, () -> "seed " + seed + ": " + text);
        }
    }

    private static byte[] script(Random random) {
        Frames frames = Frames.client();
        String[] names = {"a", "te", "cookie", "content-length", "host", "x-y", "priority", ":path", "connection", "A"};
        String[] values = {"1", "trailers", "a=b; c", "5", "a.example", "u=1", "", "x\r\ny", " z"};
        int next = 1;
        for (int i = 0; i < 30; i++) {
            int stream = random.nextInt(4) == 0 ? 1 + 2 * random.nextInt(next) : next;
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> {
                    List<String> more = new ArrayList<>();
                    for (int k = random.nextInt(4); k > 0; k--) {
                        more.add(names[random.nextInt(names.length - (random.nextInt(3) > 0 ? 3 : 0))] + ": "
                                + values[random.nextInt(values.length - (random.nextInt(3) > 0 ? 3 : 0))]);
                    }
                    String[] all = random.nextBoolean()
                            ? Frames.get(more.toArray(String[]::new))
                            : Frames.post(more.toArray(String[]::new));
                    if (random.nextBoolean()) {
                        frames.open(stream, all);
                    } else if (random.nextBoolean()) {
                        frames.request(stream, all);
                    } else {
                        byte[] block = frames.block(all);
                        int cut = random.nextInt(block.length);
                        frames.frame(1, 1, stream, java.util.Arrays.copyOf(block, cut))
                                .frame(9, 4, stream, java.util.Arrays.copyOfRange(block, cut, block.length));
                    }
                    next = Math.max(next, stream + 2);
                }
                case 4, 5 ->
                    frames.data(
                            Math.max(1, next - 2), random.nextInt(3) == 0, "d".repeat(random.nextInt(20_000) % 16_385));
                case 6 -> frames.frame(8, 0, random.nextBoolean() ? 0 : stream, Frames.number(random.nextInt(100_000)));
                case 7 -> frames.frame(3, 0, Math.max(1, next - 2), Frames.number(8));
                case 8 ->
                    frames.frame(4, 0, 0, new byte[] {
                        0, (byte) (1 + random.nextInt(5)), 0, 0, (byte) random.nextInt(256), (byte) random.nextInt(256)
                    });
                default ->
                    frames.frame(
                            random.nextInt(18), random.nextInt(256), random.nextInt(6), new byte[random.nextInt(12)]);
            }
        }
        return frames.bytes();
    }

    private static void mutate(byte[] bytes, Random random) {
        for (int i = random.nextInt(6); i > 0; i--) {
            int at = 24 + random.nextInt(bytes.length - 24);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                default ->
                    System.arraycopy(
                            bytes, at, bytes, Math.max(24, at - random.nextInt(40)), Math.min(40, bytes.length - at));
            }
        }
    }
}
