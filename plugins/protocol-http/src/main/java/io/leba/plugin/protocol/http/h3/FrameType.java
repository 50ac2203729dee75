package io.leba.plugin.protocol.http.h3;

/** Types of frames (RFC 9114 §7.2). */
public final class FrameType {
    /** A piece of the content. */
    public static final int DATA = 0;
    /** A field section. */
    public static final int HEADERS = 1;

    static final int CANCEL_PUSH = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    /** No more requests are served. */
    public static final int GOAWAY = 7;

    static final int MAX_PUSH_ID = 0xd;

    private FrameType() {}

    /** Whether the type is one of HTTP/2 that HTTP/3 has no use for (RFC 9114 §7.2.8). */
    static boolean isReserved(long type) {
        return type == 2 || type == 6 || type == 8 || type == 9;
    }

    static boolean isKnown(long type) {
        return type == DATA
                || type == HEADERS
                || type == CANCEL_PUSH
                || type == SETTINGS
                || type == PUSH_PROMISE
                || type == GOAWAY
                || type == MAX_PUSH_ID;
    }
}
