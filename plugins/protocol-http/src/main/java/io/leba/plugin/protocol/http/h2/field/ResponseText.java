package io.leba.plugin.protocol.http.h2.field;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.hpack.FieldSink;
import io.leba.plugin.protocol.http.h2.hpack.FieldView;
import io.leba.plugin.protocol.http.head.Bytes;
import java.nio.charset.StandardCharsets;

/** Writes a response's fields as an HTTP/1.1 head, held to RFC 9113 §8.2, §8.3.2. One loop's, for one response after the other. */
public final class ResponseText implements FieldSink {
    private static final byte[] VERSION = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "transfer-encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY = "content-length: 0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BOMB = 4;

    private final int longest;
    private Bytes out;
    private Fault fault;
    private long size;
    private long contentLength;
    private int status;
    private boolean hasFields;

    /** A writer of heads that have so many bytes at most. */
    public ResponseText(int longest) {
        this.longest = longest;
    }

    /** Begins a response, which is written behind what is there. */
    public void begin(Bytes to) {
        out = to;
        fault = null;
        size = 0;
        contentLength = -1;
        status = 0;
        hasFields = false;
    }

    /** Why decoding was given up: it stops the connection. */
    public boolean isBomb() {
        return size > (long) BOMB * longest;
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** The declared size of the content, or -1. */
    public long contentLength() {
        return contentLength;
    }

    @Override
    public boolean field(FieldView field) {
        size += field.size();
        if (isBomb()) {
            return false;
        }
        if (fault == null && out.length() <= longest) {
            fault = take(field);
        }
        return true;
    }

    private Fault take(FieldView field) {
        int kind = field.kind();
        if ((kind & ~FieldKind.BAD_VALUE) == FieldKind.BAD_NAME) {
            return Fault.BAD_FIELD_NAME;
        }
        if (kind >= FieldKind.BAD_VALUE) {
            return Fault.BAD_FIELD_VALUE;
        }
        if (kind >= FieldKind.METHOD && kind <= FieldKind.PROTOCOL) {
            return kind == FieldKind.STATUS && status == 0 && !hasFields && isStatus(field)
                    ? null
                    : Fault.BAD_PSEUDO_HEADER;
        }
        hasFields = true;
        if (status == 0) {
            return Fault.BAD_PSEUDO_HEADER;
        }
        if (kind == FieldKind.CONNECTION_SPECIFIC || kind == FieldKind.TE) {
            return Fault.CONNECTION_FIELD;
        }
        if (kind == FieldKind.CONTENT_LENGTH) {
            long value = contentLength >= 0 ? -1 : ContentLength.of(field);
            if (value < 0) {
                return Fault.BAD_LENGTH;
            }
            contentLength = value;
        }
        out.put(field.nameBytes(), field.nameFrom(), field.nameTo())
                .put(':')
                .put(' ')
                .put(field.valueBytes(), field.valueFrom(), field.valueTo())
                .crlf();
        return null;
    }

    private boolean isStatus(FieldView field) {
        int from = field.valueFrom();
        byte[] a = field.valueBytes();
        if (field.valueTo() - from != 3) {
            return false;
        }
        int value = 0;
        for (int i = from; i < from + 3; i++) {
            if (a[i] < '0' || a[i] > '9') {
                return false;
            }
            value = value * 10 + a[i] - '0';
        }
        status = value;
        out.put(VERSION).put(a, from, from + 3).put(' ').crlf();
        // 101 does not exist in HTTP/2 (RFC 9113 §8.6).
        return value >= 100 && value < 600 && value != 101;
    }

    /**
     * The block is complete.
     *
     * @param isEnded whether the response has neither content nor trailers
     * @param isHead whether it answers HEAD, so that its length is that of content which does not come
     * @return null, or why it is malformed
     */
    public Fault end(boolean isEnded, boolean isHead) {
        boolean isBodiless = isHead || status == 204 || status == 304 || status < 200;
        if (fault == null && status == 0) {
            fault = Fault.BAD_PSEUDO_HEADER;
        }
        if (fault == null && status < 200 && isEnded) {
            fault = Fault.BAD_TRAILERS;
        }
        if (fault == null && isEnded && contentLength > 0 && !isBodiless) {
            fault = Fault.LENGTH_MISMATCH;
        }
        if (fault != null || out.length() > longest) {
            return fault;
        }
        if (contentLength < 0 && status >= 200) {
            if (!isEnded) {
                out.put(CHUNKED);
            } else if (!isBodiless) {
                out.put(EMPTY);
            }
        }
        out.crlf();
        return null;
    }
}
