package io.leba.plugin.protocol.http.h2.frame;

/** The header of the frame that is being read (RFC 9113 §4.1). One object for all frames of a connection. */
public final class FrameHeader {
    int length;
    int type;
    int flags;
    int stream;

    FrameHeader() {}

    /** The payload's size. */
    public int length() {
        return length;
    }

    /** The {@link FrameType}. */
    public int type() {
        return type;
    }

    /** The stream; 0: the connection. */
    public int stream() {
        return stream;
    }

    /** Whether a flag is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
