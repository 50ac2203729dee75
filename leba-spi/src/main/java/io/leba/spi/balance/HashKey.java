package io.leba.spi.balance;

/**
 * What of an exchange is hashed. Protocols answer the keys that they know.
 *
 * @param kind what is looked at
 * @param name the header's, cookie's or query parameter's name; empty for the others
 */
public record HashKey(Kind kind, String name) {
    /** The client's IP address, after trusted proxies. */
    public static final HashKey CLIENT_IP = new HashKey(Kind.CLIENT_IP, "");

    /** What is looked at. */
    public enum Kind {
        /** The client's IP address. */
        CLIENT_IP,
        /** A header field's first value; names compare without case. */
        HEADER,
        /** A cookie's value. */
        COOKIE,
        /** The request target's path without the query. */
        PATH,
        /** A query parameter's first value, as written. */
        QUERY,
        /** The host or virtual server name. */
        HOST,
        /** The user name of a database session. */
        USER,
        /** The database of a session. */
        DATABASE,
        /** The identifier of a dialog or call. */
        CALL_ID
    }
}
