package io.leba.plugin.protocol.http.h2.frame;

import java.util.Locale;

/**
 * Why a stream or a connection ends before its time. The word is the label of the metric {@code leba_http2_faults} and the reason in
 * access logs.
 */
public enum Fault {
    /** The connection does not begin with the preface. */
    BAD_PREFACE(ErrorCode.PROTOCOL_ERROR),
    /** The first frame is not SETTINGS. */
    NO_SETTINGS(ErrorCode.PROTOCOL_ERROR),
    /** A frame has a size that its type does not have, or is larger than allowed. */
    BAD_FRAME_SIZE(ErrorCode.FRAME_SIZE_ERROR),
    /** A frame is on a stream that it must not be on. */
    BAD_STREAM_ID(ErrorCode.PROTOCOL_ERROR),
    /** More padding than the frame has room for. */
    BAD_PADDING(ErrorCode.PROTOCOL_ERROR),
    /** A frame that must not come on a stream that nobody has opened. */
    IDLE_STREAM(ErrorCode.PROTOCOL_ERROR),
    /** A frame on a stream that has ended. */
    CLOSED_STREAM(ErrorCode.STREAM_CLOSED),
    /** Another frame in the middle of a field block, or a CONTINUATION outside of one. */
    BROKEN_BLOCK(ErrorCode.PROTOCOL_ERROR),
    /** A setting has a value that it cannot have. */
    BAD_SETTING(ErrorCode.PROTOCOL_ERROR),
    /** An initial window that is too large. */
    BAD_WINDOW_SETTING(ErrorCode.FLOW_CONTROL_ERROR),
    /** More data than the window. */
    WINDOW_EXCEEDED(ErrorCode.FLOW_CONTROL_ERROR),
    /** A window beyond 2^31-1. */
    WINDOW_OVERFLOW(ErrorCode.FLOW_CONTROL_ERROR),
    /** A window opened by nothing. */
    ZERO_INCREMENT(ErrorCode.PROTOCOL_ERROR),
    /** A field block that cannot be decoded. */
    BAD_COMPRESSION(ErrorCode.COMPRESSION_ERROR),
    /** A pushed stream, or the wish for one. */
    PUSHED(ErrorCode.PROTOCOL_ERROR),
    /** A stream that depends on itself. */
    SELF_DEPENDENCY(ErrorCode.PROTOCOL_ERROR),

    /** A field name is empty, not a token, or not in lower case. */
    BAD_FIELD_NAME(ErrorCode.PROTOCOL_ERROR),
    /** A field value has controls, or white space around it. */
    BAD_FIELD_VALUE(ErrorCode.PROTOCOL_ERROR),
    /** A pseudo-header is missing, repeated, unknown, behind a field, or not valid. */
    BAD_PSEUDO_HEADER(ErrorCode.PROTOCOL_ERROR),
    /** A field that belongs to an HTTP/1 connection. */
    CONNECTION_FIELD(ErrorCode.PROTOCOL_ERROR),
    /** {@code host} is not {@code :authority}. */
    HOST_MISMATCH(ErrorCode.PROTOCOL_ERROR),
    /** {@code content-length} is repeated or not a plain number. */
    BAD_LENGTH(ErrorCode.PROTOCOL_ERROR),
    /** {@code content-length} is not the size of the data. */
    LENGTH_MISMATCH(ErrorCode.PROTOCOL_ERROR),
    /** A second field block that does not end the stream. */
    BAD_TRAILERS(ErrorCode.PROTOCOL_ERROR),

    /** More streams at a time than allowed. */
    TOO_MANY_STREAMS(ErrorCode.REFUSED_STREAM),
    /** The peer's window stays closed, or opens too slowly. */
    STALLED(ErrorCode.CANCEL),
    /** The peer is going away and has not seen the stream. */
    NOT_SEEN(ErrorCode.REFUSED_STREAM),
    /** The peer has reset the stream before it began with it. */
    REFUSED_BY_PEER(ErrorCode.REFUSED_STREAM),
    /** The peer has reset the stream. */
    RESET_BY_PEER(ErrorCode.CANCEL),
    /** The connection ended. */
    CONNECTION_LOST(ErrorCode.CANCEL),

    /** Streams are opened and reset again and again (CVE-2023-44487). */
    RAPID_RESET(ErrorCode.ENHANCE_YOUR_CALM),
    /** The peer makes LEBA reset streams again and again (CVE-2025-8671). */
    PROVOKED_RESETS(ErrorCode.ENHANCE_YOUR_CALM),
    /** A field block in too many, or empty, frames, or too large (CVE-2024-27316). */
    CONTINUATION_FLOOD(ErrorCode.ENHANCE_YOUR_CALM),
    /** Fields that are many times larger than allowed. */
    HEADER_BOMB(ErrorCode.ENHANCE_YOUR_CALM),
    /** Frames without any use: PING, SETTINGS, PRIORITY, empty DATA, windows that open by a few bytes (CVE-2019-9512 and others). */
    USELESS_FRAMES(ErrorCode.ENHANCE_YOUR_CALM),
    /** Windows that let out a few bytes a frame (CVE-2019-9511). */
    TINY_WINDOWS(ErrorCode.ENHANCE_YOUR_CALM),
    /** Answers to control frames that are not read (CVE-2019-9515). */
    UNREAD_ANSWERS(ErrorCode.ENHANCE_YOUR_CALM),
    /** A field block, or another frame that is no data, did not come whole in time. */
    HEADER_TIMEOUT(ErrorCode.ENHANCE_YOUR_CALM),
    /** The settings were not acknowledged in time. */
    SETTINGS_TIMEOUT(ErrorCode.SETTINGS_TIMEOUT);

    private final ErrorCode code;
    private final String word;

    Fault(ErrorCode code) {
        this.code = code;
        this.word = name().toLowerCase(Locale.ROOT);
    }

    /** What the peer is told. */
    public ErrorCode code() {
        return code;
    }

    /** The word for logs and metrics. */
    public String word() {
        return word;
    }
}
