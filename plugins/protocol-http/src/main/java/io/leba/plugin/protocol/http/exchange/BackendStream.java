package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * Where an exchange's request goes and its response comes from: a connection of HTTP/1, or one stream of a later version. All
 * on the loop, in both directions.
 *
 * <p><b>What the exchange does.</b> {@link #serve}, {@link #sendHead}, and pieces ({@link #send}) up to the last one, or none if
 * the request was complete with its head. Then {@link #leave}, once, at any time and whatever has happened; no call follows
 * it in either direction. None of these calls the exchange before it returns. A stream that was opened for an exchange that is over by then is left without having been served.
 *
 * <p><b>What the stream does.</b> It gives the response to {@link Exchange#response}: {@link ResponseRelay#begun} with the first
 * byte; each head as the text of an HTTP/1.1 head in {@link ResponseRelay#head}, scanned and judged, then {@link
 * ResponseRelay#interim}, or {@link ResponseRelay#headReceived} and {@link ResponseRelay#pass}; the body's further pieces
 * ({@link ResponseRelay#piece}). The body's length is said as in a request's head; a response without a word on it ends with the
 * stream, in order. A 101 that was asked for is given to {@link ResponseRelay#switchProtocols}, and then bytes of any kind as
 * pieces. A response that breaks the protocol is {@linkplain Exchange#refuse refused}. When the stream ends before its
 * response is complete it says so ({@link Exchange#backendEnded}), and when it can be written to again ({@link
 * Exchange#backendWritable}). Any of these may lead to {@link #leave} before it returns.
 */
public interface BackendStream {
    /** Whether chunked requests may come, and chunked responses may be wanted, with their chunks as they are. */
    boolean takesChunks();

    /**
     * Whether the backend may say, after the head was sent, that it has not begun with the request ({@link StreamEnd#UNPROCESSED}, {@link StreamEnd#REFUSED}), so
     * that it pays to hold what it would take to send it again.
     */
    default boolean mayBeRefused() {
        return false;
    }

    /** Serves the exchange from now on. */
    void serve(Exchange exchange);

    /**
     * Sends the head of {@link Exchange#request} with {@link Exchange#requestEdits}, and what has come of its body.
     *
     * @param body from its reader index on; given away; null: nothing. {@link RequestRelay#isComplete} says whether the request
     *     ends with it, with {@link RequestRelay#trailers}
     * @param headFrom where the head was received in the body's buffer, in one piece and with room in front, so that it can be
     *     written there; or {@link Placement#ELSEWHERE}
     */
    void sendHead(ByteBuf body, int headFrom);

    /**
     * Sends a piece of the body, which is given away; it may be empty when only the end comes.
     *
     * @param isLast whether the request ends with it
     * @param trailers valid field lines with an empty line behind them, if it is the last piece; null: none
     */
    void send(ByteBuf piece, boolean isLast, Bytes trailers);

    /** Behind a change of protocol: nothing more will be sent; false: that cannot be said without ending the stream. */
    default boolean endOutput() {
        return false;
    }

    /** Whether more can be sent without piling up; {@link Exchange#backendWritable} follows a no. */
    boolean isWritable();

    /** Whether pieces of the response are wanted now. Those that are under way may still come. */
    void setReading(boolean isReading);

    /**
     * The exchange needs it no more.
     *
     * @param isComplete whether request and response have passed whole, so that the connection can carry on; if not, the backend
     *     is to stop
     */
    void leave(boolean isComplete);
}
