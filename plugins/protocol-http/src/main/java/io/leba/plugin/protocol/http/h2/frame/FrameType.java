package io.leba.plugin.protocol.http.h2.frame;

/** Types and flags of frames (RFC 9113 §6, RFC 9218 §7.1). */
public final class FrameType {
    /** {@code DATA}. */
    public static final int DATA = 0;
    /** {@code HEADERS}. */
    public static final int HEADERS = 1;
    /** {@code PRIORITY}. */
    public static final int PRIORITY = 2;
    /** {@code RST_STREAM}. */
    public static final int RST_STREAM = 3;
    /** {@code SETTINGS}. */
    public static final int SETTINGS = 4;
    /** {@code PUSH_PROMISE}. */
    public static final int PUSH_PROMISE = 5;
    /** {@code PING}. */
    public static final int PING = 6;
    /** {@code GOAWAY}. */
    public static final int GOAWAY = 7;
    /** {@code WINDOW_UPDATE}. */
    public static final int WINDOW_UPDATE = 8;
    /** {@code CONTINUATION}. */
    public static final int CONTINUATION = 9;
    /** {@code PRIORITY_UPDATE}. */
    public static final int PRIORITY_UPDATE = 16;

    /** The flag {@code ACK}. */
    public static final int ACK = 1;
    /** The flag {@code END_STREAM}. */
    public static final int END_STREAM = 1;
    /** The flag {@code END_HEADERS}. */
    public static final int END_HEADERS = 4;
    /** The flag {@code PADDED}. */
    public static final int PADDED = 8;
    /** The flag {@code PRIORITY}. */
    public static final int WITH_PRIORITY = 32;

    /** The size of a frame's header. */
    public static final int HEADER = 9;
    /** The largest payload that is taken and sent: what every peer allows (RFC 9113 §4.2). */
    public static final int LARGEST = 16_384;

    private FrameType() {}
}
