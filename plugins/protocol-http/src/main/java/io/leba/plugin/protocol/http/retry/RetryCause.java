package io.leba.plugin.protocol.http.retry;

import java.util.Locale;

/** Why a request is sent again. The word is the label of the metric {@code leba_http_resent}. */
public enum RetryCause {
    /** No connection came about. */
    CONNECT_FAILURE,
    /** A kept connection was on its way to be closed; nothing is wrong with the backend. */
    KEPT_CLOSED,
    /** The backend says that it has not begun with it. */
    REFUSED_STREAM,
    /** The connection ended before a byte of the response. */
    RESET,
    /** The response did not begin in time. */
    TIMEOUT,
    /** The backend answered with a status that is to be tried again. */
    STATUS;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word for metrics. */
    public String word() {
        return word;
    }
}
