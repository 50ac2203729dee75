package io.leba.plugin.protocol.http.h3;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import java.util.Locale;

/** Why a stream or a connection of HTTP/3 ends before its time. The word is the label of the metric {@code leba_http3_faults}. */
public enum Http3Fault {
    /** A field name is empty, not a token, or not in lower case. */
    BAD_FIELD_NAME(Http3Fault.MESSAGE_ERROR, false),
    /** A field value has controls, or white space around it. */
    BAD_FIELD_VALUE(Http3Fault.MESSAGE_ERROR, false),
    /** A pseudo-header is missing, repeated, unknown, behind a field, or not valid. */
    BAD_PSEUDO_HEADER(Http3Fault.MESSAGE_ERROR, false),
    /** A field that belongs to an HTTP/1 connection. */
    CONNECTION_FIELD(Http3Fault.MESSAGE_ERROR, false),
    /** {@code host} is not {@code :authority}. */
    HOST_MISMATCH(Http3Fault.MESSAGE_ERROR, false),
    /** {@code content-length} is repeated or not a plain number. */
    BAD_LENGTH(Http3Fault.MESSAGE_ERROR, false),
    /** {@code content-length} is not the size of the data. */
    LENGTH_MISMATCH(Http3Fault.MESSAGE_ERROR, false),
    /** A trailer section that is too large. */
    BAD_TRAILERS(Http3Fault.MESSAGE_ERROR, false),
    /** A field section whose encoded form is larger than all its fields may be. */
    HEAD_TOO_LARGE(0x107, false),
    /** The stream ended before its head did. */
    INCOMPLETE(0x10d, false),
    /** A stream without a head for too long. */
    HEAD_TIMEOUT(0x10c, false),
    /** A request that came behind those that are served before the connection ends. */
    NOT_SEEN(0x10b, false),
    /** The peer has reset the stream. */
    RESET_BY_PEER(0x10c, false),

    /** A frame that is cut, or has a size that its type does not have. */
    BAD_FRAME(0x106, true),
    /** A frame where it must not be. */
    UNEXPECTED_FRAME(0x105, true),
    /** A setting that HTTP/3 does not have, or that comes twice. */
    BAD_SETTING(0x109, true),
    /** The control stream does not begin with settings. */
    NO_SETTINGS(0x10a, true),
    /** A second stream of a kind that there is one of, or a pushed one. */
    BAD_STREAM(0x103, true),
    /** A stream ended that lives as long as the connection. */
    CRITICAL_STREAM_CLOSED(0x104, true),
    /** An identifier that grows where it must not. */
    BAD_ID(0x108, true),
    /** A field section that cannot be decoded. */
    BAD_COMPRESSION(0x200, true),
    /** Instructions for a table that has no room. */
    BAD_ENCODER_STREAM(0x201, true),
    /** Acknowledgements of what was never sent. */
    BAD_DECODER_STREAM(0x202, true),
    /** Fields that are many times larger than allowed. */
    HEADER_BOMB(0x107, true),
    /** Streams are opened and reset, or made to be reset, again and again. */
    RAPID_RESET(0x107, true),
    /** Frames without any use, again and again. */
    USELESS_FRAMES(0x107, true);

    /** The connection ends as it should (RFC 9114 §8.1). */
    public static final int NO_ERROR = 0x100;
    /** LEBA failed. */
    public static final int INTERNAL_ERROR = 0x102;
    /** The response is not wanted, or cannot be had. */
    public static final int REQUEST_CANCELLED = 0x10c;

    private static final int MESSAGE_ERROR = 0x10e;
    private final int code;
    private final boolean isFatal;
    private final String word;

    Http3Fault(int code, boolean isFatal) {
        this.code = code;
        this.isFatal = isFatal;
        this.word = name().toLowerCase(Locale.ROOT);
    }

    /** The same for a rule of fields that HTTP/2 has, too. */
    static Http3Fault of(Fault fault) {
        return switch (fault) {
            case BAD_FIELD_NAME -> BAD_FIELD_NAME;
            case BAD_FIELD_VALUE -> BAD_FIELD_VALUE;
            case BAD_PSEUDO_HEADER -> BAD_PSEUDO_HEADER;
            case CONNECTION_FIELD -> CONNECTION_FIELD;
            case HOST_MISMATCH -> HOST_MISMATCH;
            case BAD_LENGTH -> BAD_LENGTH;
            case LENGTH_MISMATCH -> LENGTH_MISMATCH;
            default -> BAD_TRAILERS;
        };
    }

    /** What the peer is told (RFC 9114 §8.1, RFC 9204 §6). */
    public int code() {
        return code;
    }

    /** Whether the connection ends with it, and not the stream alone. */
    public boolean isFatal() {
        return isFatal;
    }

    /** The word for metrics. */
    public String word() {
        return word;
    }
}
