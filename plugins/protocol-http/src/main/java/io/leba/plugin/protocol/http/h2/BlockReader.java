package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.frame.FrameHeader;
import io.leba.plugin.protocol.http.h2.frame.FrameReader;
import io.leba.plugin.protocol.http.h2.frame.FrameType;
import io.leba.plugin.protocol.http.h2.hpack.FieldSink;
import io.leba.plugin.protocol.http.h2.hpack.HpackDecoder;
import io.leba.plugin.protocol.http.head.Bytes;

/**
 * Collects a field block from HEADERS and CONTINUATION frames, within bounds of size and number. A block that comes in one frame, as
 * nearly all do, is not copied. One connection's.
 */
final class BlockReader {
    private static final int MOST_FRAMES = 32;
    private static final int SMALLEST_LIMIT = 32 << 10;
    private static final int PRIORITY = 5;

    private final HpackDecoder decoder = new HpackDecoder(HpackDecoder.TABLE);
    private final int limit;
    private Bytes parts;
    private byte[] block;
    private int from;
    private int to;
    private int frames;
    private int stream;
    private boolean isLast;
    private boolean dependsOnItself;

    BlockReader(int headBytes) {
        // Compression makes fields smaller, not larger, but for a few bytes each.
        limit = Math.max(2 * headBytes, SMALLEST_LIMIT);
    }

    /** The stream of the block under way; 0: none is. */
    int stream() {
        return stream;
    }

    /** Whether the block ends its stream. */
    boolean isLast() {
        return isLast;
    }

    /** Whether its priority makes the stream depend on itself (RFC 7540 §5.3.1). */
    boolean dependsOnItself() {
        return dependsOnItself;
    }

    /** Takes HEADERS; null, or what is wrong. */
    Fault begin(FrameHeader header, byte[] a, int start, int end) {
        stream = header.stream();
        isLast = header.has(FrameType.END_STREAM);
        dependsOnItself = false;
        frames = 1;
        int i = start;
        int last = end;
        if (header.has(FrameType.PADDED)) {
            if (i == last) {
                return Fault.BAD_FRAME_SIZE;
            }
            last -= a[i++] & 0xff;
        }
        if (header.has(FrameType.WITH_PRIORITY)) {
            if (last - i < PRIORITY) {
                return last < i || header.has(FrameType.PADDED) ? Fault.BAD_PADDING : Fault.BAD_FRAME_SIZE;
            }
            dependsOnItself = (FrameReader.number(a, i) & 0x7fffffff) == stream;
            i += PRIORITY;
        }
        if (last < i) {
            return Fault.BAD_PADDING;
        }
        return take(a, i, last, header.has(FrameType.END_HEADERS));
    }

    /** Takes CONTINUATION; null, or what is wrong. */
    Fault goOn(FrameHeader header, byte[] a, int start, int end) {
        frames++;
        return take(a, start, end, header.has(FrameType.END_HEADERS));
    }

    private Fault take(byte[] a, int start, int end, boolean isWhole) {
        if (frames > MOST_FRAMES) {
            return Fault.CONTINUATION_FLOOD;
        }
        if (frames == 1 && isWhole) {
            block = a;
            from = start;
            to = end;
            return null;
        }
        if (parts == null) {
            parts = new Bytes(end - start);
        }
        parts.put(a, start, end);
        if (parts.length() > limit) {
            return Fault.CONTINUATION_FLOOD;
        }
        if (isWhole) {
            block = parts.array();
            from = 0;
            to = parts.length();
        }
        return null;
    }

    /** Whether the block is complete. */
    boolean isWhole() {
        return block != null;
    }

    /** Decodes the block, which is over then; false if the connection cannot go on. */
    boolean decode(FieldSink sink) {
        byte[] whole = block;
        block = null;
        parts = null;
        stream = 0;
        return decoder.decode(whole, from, to, sink);
    }
}
