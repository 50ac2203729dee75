package io.leba.spi.http;

import io.leba.spi.OnLoop;

/**
 * A step of HTTP exchanges that may answer, change or delay them; the same for every HTTP version. One instance serves
 * all exchanges on all loops: what belongs to one exchange is kept as an {@linkplain HttpExchange#attach attachment}.
 *
 * <p>{@link #onComplete} is called exactly once for each exchange whose {@link #onRequest} was called, whatever happened.
 * An exception fails the exchange with a 500 and is counted; it never reaches the connection.
 */
@OnLoop
public interface HttpFilter {
    /** The request's head has come. Changes to {@code request} are notes that are applied when the head is sent on. */
    default Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        return Verdict.proceed();
    }

    /**
     * The final response's head has come from the backend, or from a filter that answered. Changes are applied when the
     * head is sent. Interim responses (1xx) are not shown.
     */
    default void onResponse(HttpResponse response, HttpExchange exchange) {}

    /** The exchange is over. */
    default void onComplete(HttpExchange exchange) {}
}
