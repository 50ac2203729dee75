package io.leba.plugin.filter.compression;

import io.leba.spi.OnLoop;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * One body as gzip (RFC 1952), piece by piece. What is given is sent on at once: each piece ends at a byte's boundary, so a client
 * can read as far as the backend has written. Used again for other bodies.
 */
@OnLoop
final class Gzip implements AutoCloseable {
    private static final byte[] HEAD = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 255};
    private static final int TRAILER = 8;

    private final Deflater deflater;
    private final CRC32 checksum = new CRC32();
    private boolean isBegun;

    Gzip(int level) {
        deflater = new Deflater(level, true);
    }

    /**
     * Compresses a piece.
     *
     * @param room where to put it meanwhile; empty before and behind
     * @param out takes what is in {@code room}, any number of times
     * @return how many bytes went out
     */
    long write(ByteBuffer piece, boolean isLast, ByteBuffer room, Consumer<ByteBuffer> out) {
        long sent = 0;
        room.clear();
        if (!isBegun) {
            isBegun = true;
            room.put(HEAD);
        }
        checksum.update(piece.duplicate());
        deflater.setInput(piece);
        if (isLast) {
            deflater.finish();
        }
        boolean isDone = piece.remaining() == 0 && !isLast;
        while (!isDone) {
            deflater.deflate(room, isLast ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
            // Room that is left says that there is nothing more for now.
            isDone = isLast ? deflater.finished() : room.hasRemaining();
            if (!room.hasRemaining()) {
                sent += send(room, out);
            }
        }
        if (isLast) {
            if (room.remaining() < TRAILER) {
                sent += send(room, out);
            }
            room.order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) checksum.getValue())
                    .putInt((int) deflater.getBytesRead());
        }
        return sent + send(room, out);
    }

    private static int send(ByteBuffer room, Consumer<ByteBuffer> out) {
        room.flip();
        int count = room.remaining();
        if (count > 0) {
            out.accept(room);
        }
        room.clear();
        return count;
    }

    /** Ready for another body. */
    void reset() {
        deflater.reset();
        checksum.reset();
        isBegun = false;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
