package io.leba.plugin.protocol.http.h2.frame;

import io.netty.buffer.ByteBuf;

/** What frames are read into. Each method says whether reading goes on. */
public interface FrameSink {
    /** A frame begins: nothing but its header is there. */
    boolean begins(FrameHeader header);

    /** The whole payload of a frame other than DATA; valid until the call returns. */
    boolean payload(FrameHeader header, byte[] bytes, int from, int to);

    /** A piece of a DATA frame's payload without padding; the buffer stays the reader's. */
    boolean data(FrameHeader header, ByteBuf buf, int from, int count);

    /** A DATA frame is complete. */
    boolean dataEnds(FrameHeader header);

    /** Padding that does not fit in its frame. */
    boolean badPadding(FrameHeader header);
}
