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

    /** A piece of content, given away. Its bytes are told with {@link Http2Stream#taken} when they need no room any more. */
    void data(ByteBuf piece);

    /** The peer has sent all: with trailers as HTTP/1.1 lines, valid until the call returns, or null. Not after a head that ended all. */
    void ended(Bytes trailers);

    /** The stream is gone. */
    void reset(Fault fault);

    /** The stream takes data again, after it did not. */
    void writable();
}
