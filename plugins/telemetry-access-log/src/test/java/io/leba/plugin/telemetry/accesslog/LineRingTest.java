package io.leba.plugin.telemetry.accesslog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.telemetry.accesslog.LineRing.LostLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LineRingTest {
    private final ByteArrayOutputStream target = new ByteArrayOutputStream();

    @Test
    void everyAcceptedLineComesOutOnceAndInOrderWhileBothSidesWork() throws Exception {
        LineRing ring = new LineRing(4096);
        ByteArrayOutputStream accepted = new ByteArrayOutputStream();
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            Random random = new Random(7);
            for (int i = 0; i < 50_000; i++) {
                byte[] line = (i + " ".repeat(random.nextInt(60)) + "\n").getBytes(StandardCharsets.US_ASCII);
                while (!ring.offer(line, line.length)) {
                    Thread.yield();
                }
                accepted.write(line, 0, line.length);
            }
            isDone.set(true);
        });
        writer.start();
        while (!isDone.get()) {
            ring.drainTo(target::write);
        }
        writer.join();
        ring.drainTo(target::write);
        assertArrayEquals(accepted.toByteArray(), target.toByteArray());
    }

    @Test
    void aLineThatDoesNotFitIsRefusedAndLeavesNothingBehind() throws Exception {
        LineRing ring = new LineRing(8);
        assertTrue(offer(ring, "12345\n"));
        assertTrue(ring.isFilling());
        assertFalse(offer(ring, "12\n"));
        assertTrue(offer(ring, "7\n"));
        assertFalse(offer(ring, "\n"));
        ring.drainTo(target::write);
        assertEquals("12345\n7\n", target.toString(StandardCharsets.US_ASCII));
        assertFalse(ring.isFilling());
        assertTrue(offer(ring, "1234567\n"));
    }

    @Test
    void aTargetThatFailsLosesWhatWasThereAndTheNextLineStartsAfresh() throws Exception {
        LineRing ring = new LineRing(16);
        offer(ring, "0123456789\n");
        ring.drainTo(target::write);
        target.reset();
        // This one wraps round the end of the memory.
        offer(ring, "ab\n");
        offer(ring, "cdefgh\n");
        LostLines lost = assertThrows(
                LostLines.class,
                () -> ring.drainTo((bytes, start, length) -> {
                    throw new IOException("no space left");
                }));
        assertEquals(2, lost.count());
        assertEquals("no space left", lost.getMessage());
        offer(ring, "next\n");
        ring.drainTo(target::write);
        assertEquals("next\n", target.toString(StandardCharsets.US_ASCII));
    }

    private static boolean offer(LineRing ring, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        return ring.offer(bytes, bytes.length);
    }
}
