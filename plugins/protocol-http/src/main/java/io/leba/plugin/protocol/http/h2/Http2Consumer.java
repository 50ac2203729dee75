package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;

/** Whoever serves a stream. Called on the loop; none of it is called again after {@link #reset}, or {@link Http2Stream#leave}. */
public interface Http2Consumer {
    /**
     * A response's head has come, interim or final, as HTTP/1.1 text that is valid until the call returns. Only for streams that were opened
     * by this end; a request comes with {@link Http2Events#request}.
     */
    void head(Bytes text, boolean isEnded);

    /**
     * A piece of content, given away. Its bytes are told with {@link Http2Stream#taken} when they need no room any more.
     *
     * @param isLast whether that was all the peer has to send
     */
    void data(ByteBuf piece, boolean isLast);

    /**
     * The peer has sent all: with trailers as HTTP/1.1 lines with an empty one behind them, valid until the call returns, or null. Not after
     * a head or a piece that was the last.
     */
    void ended(Bytes trailers);

    /** The stream is gone; not told to who has ended it: by a reset, or by a response that is complete before its request. */
    void reset(Fault fault);

    /** The stream takes data again, after it did not. */
    void writable();
}
