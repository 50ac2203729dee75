package io.leba.plugin.protocol.http.h3;

import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;

/** Takes a request as it comes. */
public interface RequestConsumer {
    /**
     * A head has come, and nothing behind it: whether there is a body is known when more comes, or the end. It is told then, or by
     * {@link RequestStream#releaseHeld}.
     */
    void holds();

    /**
     * The head has come.
     *
     * @param text the head of an HTTP/1.1 request
     * @param isEnded whether the request ends with it
     */
    void head(Bytes text, boolean isEnded);

    /** A piece of the body, given away. */
    void data(ByteBuf piece, boolean isLast);

    /** The request has ended, behind the last piece; trailers: lines with an empty one behind them, or null. */
    void ended(Bytes trailers);

    /** A frame that moves nothing; false if there have been too many. */
    boolean useless();
}
