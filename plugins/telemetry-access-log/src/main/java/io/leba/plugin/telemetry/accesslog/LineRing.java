package io.leba.plugin.telemetry.accesslog;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes on their way from one event loop to the background: one thread writes, one reads at a time, neither waits. What does
 * not fit is refused as a whole.
 */
final class LineRing {
    private final byte[] bytes;
    private final int mask;

    /** Bytes ever written; the loop's. */
    private final AtomicLong written = new AtomicLong();

    /** Bytes ever read; the background's. */
    private final AtomicLong read = new AtomicLong();

    /** Takes at least so many bytes. */
    LineRing(long size) {
        int capacity = Integer.highestOneBit((int) Math.max(1, size - 1)) << 1;
        bytes = new byte[capacity];
        mask = capacity - 1;
    }

    /** Adds a line, or refuses it; the loop only. */
    boolean offer(byte[] line, int length) {
        long position = written.getPlain();
        if (length > bytes.length - (position - read.getAcquire())) {
            return false;
        }
        int start = (int) position & mask;
        int first = Math.min(length, bytes.length - start);
        System.arraycopy(line, 0, bytes, start, first);
        System.arraycopy(line, first, bytes, 0, length - first);
        written.setRelease(position + length);
        return true;
    }

    /** Whether it is half full or more; the loop only. */
    boolean isFilling() {
        return written.getPlain() - read.getAcquire() >= bytes.length / 2;
    }

    /**
     * Hands everything that is in it now to the target, in at most two pieces; the background only. If the target fails, the
     * rest is given up: a piece may be half written, and what follows it may begin in the middle of a line.
     *
     * @throws LostLines if lines were given up
     */
    void drainTo(Target target) throws LostLines {
        long end = written.getAcquire();
        long position = read.getPlain();
        try {
            while (position < end) {
                int start = (int) position & mask;
                int length = (int) Math.min(end - position, bytes.length - start);
                target.write(bytes, start, length);
                position += length;
            }
        } catch (IOException e) {
            throw new LostLines(lines(position, end), e);
        } finally {
            read.setRelease(end);
        }
    }

    private int lines(long from, long end) {
        int lines = 0;
        for (long position = from; position < end; position++) {
            lines += bytes[(int) position & mask] == '\n' ? 1 : 0;
        }
        return lines;
    }

    /** Where the bytes go. */
    @FunctionalInterface
    interface Target {
        /** Takes all of them or fails. */
        void write(byte[] bytes, int start, int length) throws IOException;
    }

    /** Lines that could not be handed on. */
    static final class LostLines extends IOException {
        private static final long serialVersionUID = 1L;

        private final int count;

        LostLines(int count, IOException cause) {
            super(cause.getMessage(), cause);
            this.count = count;
        }

        int count() {
            return count;
        }
    }
}
