package io.leba.plugin.protocol.http.h2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Where frames are written to: a channel, or a test. On one loop. */
public interface FrameOutput {
    /** For buffers. */
    ByteBufAllocator allocator();

    /** Whether the peer keeps up with what is written. */
    boolean isWritable();

    /** Takes a buffer, which is given away. */
    void write(ByteBuf buf);

    /** Sends what was written. */
    void flush();

    /** Asks for {@link FrameWriter#flush} at the end of the loop's turn. */
    void flushLater();

    /** How many bytes were written and wait for the peer to read. */
    long unsent();

    /** Time in nanoseconds, for timeouts. */
    long nanos();
}
