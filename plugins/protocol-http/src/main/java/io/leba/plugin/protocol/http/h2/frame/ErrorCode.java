package io.leba.plugin.protocol.http.h2.frame;

/** Error codes (RFC 9113 §7), numbered by their ordinal. */
public enum ErrorCode {
    /** No error. */
    NO_ERROR,
    /** Something that the protocol does not allow. */
    PROTOCOL_ERROR,
    /** A fault of one's own. */
    INTERNAL_ERROR,
    /** More than the window. */
    FLOW_CONTROL_ERROR,
    /** Settings were not acknowledged. */
    SETTINGS_TIMEOUT,
    /** A frame on a stream that is closed. */
    STREAM_CLOSED,
    /** A frame of the wrong size. */
    FRAME_SIZE_ERROR,
    /** Nothing was done with the stream. */
    REFUSED_STREAM,
    /** The stream is not wanted any more. */
    CANCEL,
    /** A field block that cannot be decoded. */
    COMPRESSION_ERROR,
    /** A tunnel broke. */
    CONNECT_ERROR,
    /** Too much of something. */
    ENHANCE_YOUR_CALM,
    /** The TLS is not good enough. */
    INADEQUATE_SECURITY,
    /** HTTP/1.1 is needed. */
    HTTP_1_1_REQUIRED;

    private static final ErrorCode[] ALL = values();

    /** The code of a number; an unknown one is an internal error (RFC 9113 §7). */
    public static ErrorCode of(int number) {
        return number >= 0 && number < ALL.length ? ALL[number] : INTERNAL_ERROR;
    }
}
