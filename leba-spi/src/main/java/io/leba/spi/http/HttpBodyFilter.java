package io.leba.spi.http;

import io.leba.spi.OnLoop;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A filter that sees bodies. Only an exchange for which {@link #wantsResponseBody} or {@link #wantsRequestBody} is true
 * pays for it. Bodies come without transfer coding, in pieces of any size, as fast as their receiver takes them; they are not
 * collected. A request's passes the filters in their order, a response's in reverse.
 *
 * <p>The length of a body that a filter has seen is no longer known, unless all of it has come with the head: {@code Content-Length}
 * is then left out or written anew, and the body framed as the receiver needs it. Trailers pass behind it, unless
 * {@link #onTrailers} keeps them.
 *
 * <p>An exception ends the exchange: with a 500 as long as no response has been sent, in the middle of one by cutting it off.
 */
@OnLoop
public interface HttpBodyFilter extends HttpFilter {
    /** Whether the request's body is to be shown; asked once all filters have let a request with a body pass. */
    default boolean wantsRequestBody(HttpExchange exchange) {
        return false;
    }

    /**
     * Whether the response's body is to be shown; asked after all filters' {@link #onResponse}. Also asked where there is none
     * because of the method or status (HEAD, 304): nothing is shown then, but a length that would no longer be true is left out.
     */
    default boolean wantsResponseBody(HttpExchange exchange) {
        return false;
    }

    /**
     * A piece of a body. What is given to {@code out} goes on instead of it; nothing given, nothing goes on.
     *
     * @param part the piece, read-only and valid during the call; empty when only the end comes
     * @param isLast whether this is the end; there is exactly one, unless the exchange ends before
     * @param out takes what remains in a buffer, any number of times during the call, and copies it; {@code part} itself,
     *     untouched, is passed on without a copy
     */
    void onBody(HttpExchange exchange, boolean isRequest, ByteBuffer part, boolean isLast, Consumer<ByteBuffer> out);

    /**
     * What comes behind a body that is shown; once, right after {@link #onBody} has been given the last piece, also if there is
     * nothing.
     *
     * @param out takes what is to be the end of the body, as in {@link #onBody}
     * @return whether the trailers go on behind the body; false leaves them out
     */
    default boolean onTrailers(
            HttpExchange exchange, boolean isRequest, HttpTrailers trailers, Consumer<ByteBuffer> out) {
        return true;
    }
}
