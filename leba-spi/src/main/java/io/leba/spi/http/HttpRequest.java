package io.leba.spi.http;

import io.leba.spi.OnLoop;

/** A request's head. Valid until the exchange ends, on its loop. */
@OnLoop
public interface HttpRequest extends HttpHeaders {
    /** {@code GET}, as sent. */
    String method();

    /** The path of the target without the query, as sent (not decoded, not normalised); {@code *} for {@code OPTIONS *}. */
    String path();

    /** The query without the question mark, or null if there is none. */
    String query();

    /** The authority: {@code :authority}, the absolute form's, or the {@code Host} field. */
    String host();

    /** {@code http} or {@code https}. */
    String scheme();

    /** 10, 11, 20, 30. */
    int version();

    /** Sends another target on: an absolute path with an optional query, validated. */
    void setTarget(String pathAndQuery);

    /** Sends another authority on. */
    void setHost(String host);
}
