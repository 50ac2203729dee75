package io.leba.plugin.protocol.http.head;

/** Methods that are treated in a way of their own (RFC 9110 §9). */
public enum Method {
    /** Safe, without a body. */
    GET(true, false),
    /** Like GET; its response has no body. */
    HEAD(true, false),
    /** Neither safe nor idempotent. */
    POST(false, true),
    /** Idempotent. */
    PUT(true, true),
    /** Idempotent. */
    DELETE(true, false),
    /** Safe. */
    OPTIONS(true, false),
    /** Safe; must not have a body. */
    TRACE(true, false),
    /** Not idempotent. */
    PATCH(false, true),
    /** Refused. */
    CONNECT(false, false),
    /** Any other; assumed not to be idempotent. */
    OTHER(false, true);

    private final boolean isIdempotent;
    private final boolean usuallyHasBody;

    Method(boolean isIdempotent, boolean usuallyHasBody) {
        this.isIdempotent = isIdempotent;
        this.usuallyHasBody = usuallyHasBody;
    }

    /** Whether sending it twice does no more than sending it once (RFC 9110 §9.2.2). */
    public boolean isIdempotent() {
        return isIdempotent;
    }

    /** Whether it asks for nothing to be changed, so that nobody can tell whether it was processed (RFC 9110 §9.2.1). */
    public boolean isSafe() {
        return this == GET || this == HEAD || this == OPTIONS || this == TRACE;
    }

    /** Whether backends are known to read its body; those that don't would take it for another request. */
    public boolean usuallyHasBody() {
        return usuallyHasBody;
    }

    /** Whether the request may say how many proxies it passes at most (RFC 9110 §7.6.2). */
    boolean countsForwards() {
        return this == OPTIONS || this == TRACE;
    }

    static Method of(byte[] b, int from, int to) {
        switch (to - from) {
            case 3:
                return is(b, from, "GET") ? GET : is(b, from, "PUT") ? PUT : OTHER;
            case 4:
                return is(b, from, "POST") ? POST : is(b, from, "HEAD") ? HEAD : OTHER;
            case 5:
                return is(b, from, "PATCH") ? PATCH : is(b, from, "TRACE") ? TRACE : OTHER;
            case 6:
                return is(b, from, "DELETE") ? DELETE : OTHER;
            case 7:
                return is(b, from, "OPTIONS") ? OPTIONS : is(b, from, "CONNECT") ? CONNECT : OTHER;
            default:
                return OTHER;
        }
    }

    private static boolean is(byte[] b, int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (b[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
