package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.spi.protocol.ClientConnection;
import io.netty.buffer.ByteBuf;

/**
 * Where an exchange's request comes from and its response goes: a connection of HTTP/1, or one stream of a later version.
 * It knows its version's framing; the exchange knows none. All on the loop, in both directions.
 *
 * <p><b>What the stream does.</b> It takes an {@link Exchange} from its {@link LoopState} and {@linkplain Exchange#begin begins}
 * it. It gives the request's head as the text of an HTTP/1.1 head ({@link Intake#readHead(Bytes, int)}), whatever its
 * version: the body's length is said by {@code Content-Length}, or {@code Transfer-Encoding: chunked} where it is not known,
 * and not at all where there is none. Then, whenever {@link Exchange#takesBody} allows, it gives the body's pieces
 * ({@link RequestRelay#take}); what comes earlier waits with the stream. It counts bytes as they come and go ({@link
 * Exchange#received}, {@link Exchange#sent}). It says when it {@linkplain Exchange#clientGone went away} and when it {@linkplain
 * Exchange#clientWritable can be written to} again. Behind {@link #exchangeEnded} the exchange is somebody else's: the stream
 * forgets it, and may check {@link Exchange#epoch} where it might be called late.
 *
 * <p><b>What the exchange does.</b> Nothing, any number of {@link #sendInterim}, and then one of: {@link #sendHead} and
 * pieces ({@link #send}) up to the last one; {@link #sendRefusal}; {@link #reset}, which may also follow any of the others but
 * the last piece. Then {@link #exchangeEnded}, once, always; the exchange may be used again as soon as it returns. Any of these
 * may come while the stream is in the midst of giving something to the exchange, so that each such call may be its last. None
 * of them calls the exchange before it returns, but {@link #decided} and {@link #resumeReading}, which are there for that.
 */
public interface ClientStream {
    /** The engine of its frontend. */
    Engine engine();

    /** The connection that carries it, for addresses, TLS and generations. */
    ClientConnection connection();

    /** 10, 11, 20 or 30; valid once the head has come. */
    int version();

    /** Whether the peer is a proxy whose word on where requests come from is taken. */
    boolean isTrusted();

    /** The hash of the peer's address, never 0. */
    long addressHash();

    /** What LEBA adds to the connection's requests. */
    ForwardStamp stamp();

    // Time. A stream has one deadline of its own, which calls Exchange.expired.

    /** Calls {@link Exchange#expired} after a time without another call. */
    void arm(long millis);

    /** Does not. */
    void disarm();

    /** The request's first byte has come: bounds the time to {@link #requestReceived}, if the configuration does. */
    void boundRequest();

    /** All of the request has come. */
    void requestReceived();

    // The request.

    /** The filters that could not decide at once have: calls {@link Intake#forward} with what has come of the body. */
    void decided();

    /** Body pieces are not wanted for now: the backend is slow, or not connected. */
    void pauseReading();

    /** {@link Exchange#takesBody} may have become true. Called often; does nothing if there is nothing to do. */
    void resumeReading();

    /** Whether it can change to another protocol behind a 101, and then gives and takes bytes as pieces of bodies. */
    default boolean takesUpgrades() {
        return false;
    }

    // The response.

    /** Whether a chunked response may come with its chunks, to be passed on as they are. */
    boolean takesChunks();

    /** Whether more can be sent without piling up; {@link Exchange#clientWritable} follows a no. */
    boolean isWritable();

    /** Whether anything waits for the client to take it. */
    boolean isStalled();

    /** Sends an interim response's head, if the client knows such. */
    void sendInterim(ResponseHead head);

    /**
     * Sends the final response's head, and what has come of its body.
     *
     * @param response {@link ResponseRelay#head} and {@link ResponseRelay#edits} say what to send, {@link
     *     ResponseRelay#isComplete} whether that is all, with {@link ResponseRelay#trailers}
     * @param body from its reader index on; given away; null: nothing
     * @param headFrom where the head was received in the body's buffer, in one piece and with room in front, so that it can be
     *     written there; or {@link Placement#ELSEWHERE}
     */
    void sendHead(ResponseRelay response, ByteBuf body, int headFrom);

    /**
     * Sends a piece of the body, which is given away; it may be empty when only the end comes.
     *
     * @param isLast whether the response ends with it
     * @param trailers valid field lines with an empty line behind them, if it is the last piece; null: none
     */
    void send(ByteBuf piece, boolean isLast, Bytes trailers);

    /** Behind a change of protocol: nothing more will be sent; false: that cannot be said without ending the stream. */
    default boolean endOutput() {
        return false;
    }

    /**
     * Sends LEBA's own answer.
     *
     * @param isSound whether the request has come whole and nothing is wrong with it, so that the connection need not end
     */
    void sendRefusal(Reason reason, boolean isSound);

    /** Ends the stream so that the client sees that something is missing. */
    void reset(Reason reason);

    /**
     * The exchange is over.
     *
     * @param isComplete whether the request has come whole, and the response was sent whole; if not, what still comes of the
     *     request is not wanted
     */
    void exchangeEnded(boolean isComplete);
}
