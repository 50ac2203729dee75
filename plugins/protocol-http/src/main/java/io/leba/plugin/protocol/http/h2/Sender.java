package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.field.FieldLines;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.frame.FrameOutput;
import io.leba.plugin.protocol.http.h2.frame.FrameType;
import io.leba.plugin.protocol.http.h2.frame.FrameWriter;
import io.leba.plugin.protocol.http.h2.hpack.FieldSource;
import io.leba.plugin.protocol.http.h2.hpack.HpackEncoder;
import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * The way out: heads at once, data as the peer's windows and the channel allow (RFC 9113 §5.2). A stream's producer is asked to wait when
 * the stream has a piece queued and either its own share or that of the connection is used up; so one stream whose window is closed
 * keeps no other from being served. One connection's.
 */
final class Sender {
    private static final int STREAM_SHARE = 64 << 10;
    private static final int TINY = 256;
    private static final long LARGEST_WINDOW = 0x7fffffffL;

    private final Http2Connection connection;
    private final FrameWriter writer;
    private final FrameOutput output;
    private final HpackEncoder encoder = new HpackEncoder();
    private final Bytes block;
    private final int most;
    private final Schedule schedule = new Schedule();
    private long window = Http2Limits.FIRST_WINDOW;
    private long queued;
    private boolean isPumping;

    Sender(Http2Connection connection, FrameWriter writer, FrameOutput output, Bytes block) {
        this.connection = connection;
        this.writer = writer;
        this.output = output;
        this.block = block;
        this.most = connection.limits().sendBuffer();
    }

    HpackEncoder encoder() {
        return encoder;
    }

    int head(Http2Stream stream, FieldSource fields, boolean isLast) {
        encoder.begin(block.clear());
        fields.writeTo(encoder);
        int size = block.length();
        writer.block(stream.id(), block, isLast);
        if (isLast) {
            stream.isEndQueued = true;
            ended(stream);
        }
        return size;
    }

    boolean hasRoom(Http2Stream stream) {
        return stream.queued == 0 || stream.queued < STREAM_SHARE && queued < most;
    }

    void data(Http2Stream stream, ByteBuf piece, boolean isLast) {
        stream.isEndQueued = isLast;
        if (piece.isReadable()) {
            if (stream.queued == 0) {
                stream.lastProgress = output.nanos();
            }
            stream.queued += piece.readableBytes();
            queued += piece.readableBytes();
            stream.queue.add(piece);
        } else {
            piece.release();
        }
        go(stream);
        unpin(stream);
    }

    /** What is left waits for a window: not in a buffer of the loop's that it hardly fills. */
    private void unpin(Http2Stream stream) {
        ByteBuf left = stream.queue.peekLast();
        if (left == null) {
            return;
        }
        ByteBuf whole = left;
        while (whole.unwrap() != null) {
            whole = whole.unwrap();
        }
        if (left.readableBytes() < whole.capacity() / 2) {
            stream.queue.pollLast();
            ByteBuf copy = output.allocator().directBuffer(left.readableBytes());
            stream.queue.add(copy.writeBytes(left));
            left.release();
        }
    }

    void end(Http2Stream stream) {
        stream.isEndQueued = true;
        go(stream);
    }

    private void go(Http2Stream stream) {
        if (stream.queued > 0) {
            if (stream.sendWindow > 0) {
                schedule.add(stream);
                pump();
            }
        } else if (stream.isEndQueued) {
            finish(stream);
        }
    }

    /** Everything queued is sent: says that it was all. */
    private void finish(Http2Stream stream) {
        if (stream.trailers != null && stream.trailers.length > 0) {
            encoder.begin(block.clear());
            FieldLines.write(stream.trailers, 0, stream.trailers.length, encoder);
            writer.block(stream.id(), block, true);
        } else {
            writer.data(stream.id(), 0, true);
        }
        ended(stream);
    }

    private void ended(Http2Stream stream) {
        stream.hasLocalEnded = true;
        connection.localEnded(stream);
    }

    /** Sends as much as can be sent. */
    void pump() {
        if (isPumping) {
            return;
        }
        isPumping = true;
        while (window > 0 && !schedule.isEmpty() && output.isWritable() && !connection.hasFailed()) {
            step(schedule.next());
        }
        isPumping = false;
    }

    private void step(Http2Stream stream) {
        if (stream.sendWindow <= 0) {
            return; // the peer's settings took its window back while it waited (RFC 9113 §6.9.2)
        }
        long allowed = Math.min(stream.sendWindow, window);
        int count = (int) Math.min(allowed, Math.min(stream.queued, FrameType.LARGEST));
        if (count < TINY && count < stream.queued) {
            if (!connection.defences().takesTiny(output.nanos())) {
                connection.fail(Fault.TINY_WINDOWS);
                return;
            }
        } else {
            stream.lastProgress = output.nanos();
        }
        boolean isLast = count == stream.queued && stream.isEndQueued && stream.trailers == null;
        ByteBuf out = writer.data(stream.id(), count, isLast);
        for (int left = count; left > 0; ) {
            ByteBuf piece = stream.queue.peek();
            int part = Math.min(left, piece.readableBytes());
            out.writeBytes(piece, part);
            left -= part;
            if (!piece.isReadable()) {
                stream.queue.poll().release();
            }
        }
        stream.queued -= count;
        queued -= count;
        stream.sendWindow -= count;
        window -= count;
        connection.defences().moved();
        if (isLast) {
            ended(stream);
            return;
        }
        if (stream.queued == 0 && stream.isEndQueued) {
            finish(stream);
            return;
        }
        if (stream.queued > 0 && stream.sendWindow > 0) {
            schedule.add(stream);
        }
        if (stream.isProducerBlocked && stream.consumer != null && hasRoom(stream)) {
            stream.isProducerBlocked = false;
            stream.consumer.writable();
        }
    }

    /** Opens the connection's window; false: too far. */
    boolean open(int increment) {
        if (window + increment > LARGEST_WINDOW) {
            return false;
        }
        window += increment;
        pump();
        return true;
    }

    /** Opens or closes a stream's window; false: too far. */
    boolean open(Http2Stream stream, long increment) {
        if (stream.sendWindow + increment > LARGEST_WINDOW) {
            return false;
        }
        stream.sendWindow += increment;
        if (stream.queued > 0 && stream.sendWindow > 0) {
            schedule.add(stream);
        }
        return true;
    }

    /** The stream is closed. */
    void forget(Http2Stream stream) {
        schedule.remove(stream);
        queued -= stream.queued;
        stream.releaseQueue();
        stream.trailers = null;
    }

    /** Bytes that wait for windows. */
    long queued() {
        return queued;
    }
}
