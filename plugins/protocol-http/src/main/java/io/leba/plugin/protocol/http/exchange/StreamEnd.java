package io.leba.plugin.protocol.http.exchange;

/** How a backend's stream ended before its response was complete. */
public enum StreamEnd {
    /** The backend closed it in order: the end of a response that ends with the connection. */
    CLOSED,
    /** It broke. */
    RESET,
    /** The backend goes away and has not seen the request, which may be sent again whatever it is (RFC 9113 §8.7). */
    UNPROCESSED,
    /** The backend has not begun with the request either, but only because it does not want it: others may come to the same end. */
    REFUSED
}
