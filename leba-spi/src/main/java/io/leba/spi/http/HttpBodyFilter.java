package io.leba.spi.http;

import io.leba.spi.OnLoop;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A filter that sees bodies. Only an exchange for which {@link #wantsResponseBody} or {@link #wantsRequestBody} is true
 * pays for it. Bodies come without transfer coding, in pieces of any size.
 */
@OnLoop
public interface HttpBodyFilter extends HttpFilter {
    /** Whether the request's body is to be shown; asked after {@link #onRequest}. */
    default boolean wantsRequestBody(HttpExchange exchange) {
        return false;
    }

    /** Whether the response's body is to be shown; asked after {@link #onResponse}. */
    default boolean wantsResponseBody(HttpExchange exchange) {
        return false;
    }

    /**
     * A piece of a body. What is given to {@code out} goes on instead of it; nothing given, nothing goes on.
     *
     * @param part the piece, valid during the call; empty when only the end comes
     * @param isLast whether this is the end
     */
    void onBody(HttpExchange exchange, boolean isRequest, ByteBuffer part, boolean isLast, Consumer<ByteBuffer> out);
}
