package io.leba.plugin.protocol.http.head;

import io.leba.plugin.protocol.http.answer.Reason;

/**
 * A response's head: status, framing, and whether the backend keeps its connection. Held to the same strictness as a
 * request, because what comes behind a misread response is taken for the next one.
 */
public final class ResponseHead extends Head {
    /** {@link #contentLength}: the body ends with the connection. */
    public static final long UNTIL_CLOSE = -1;
    /** {@link #contentLength}: the body is chunked. */
    public static final long CHUNKED = -2;

    private static final int START = "HTTP/1.1 200".length();

    private int status;
    private int minorVersion;
    private int lengthField;
    private int codingField;
    private int date;
    private int upgrade;
    private int options;
    private byte[] alternative;
    private boolean isUnchunked;
    private boolean isSuspect;
    private boolean isReframed;
    private long contentLength;
    private long sentLength;

    /** Nothing scanned yet. */
    public ResponseHead() {
        clear();
    }

    @Override
    public void clear() {
        super.clear();
        status = 0;
        lengthField = -1;
        codingField = -1;
        date = -1;
        upgrade = -1;
        options = 0;
        alternative = null;
        isUnchunked = false;
        isSuspect = false;
        isReframed = false;
        contentLength = UNTIL_CLOSE;
        sentLength = UNTIL_CLOSE;
    }

    @Override
    int startLine(HeadLimits limits) {
        byte[] b = a;
        int n = length;
        int prefix = Math.min(7, n);
        for (int i = 0; i < prefix; i++) {
            if (b[i] != "HTTP/1.".charAt(i)) {
                return fail(Reason.BAD_RESPONSE);
            }
        }
        if (n < START + 1) {
            return INCOMPLETE;
        }
        minorVersion = b[7] - '0';
        boolean isValid = (minorVersion == 0 || minorVersion == 1)
                && b[8] == ' '
                && b[9] >= '1'
                && b[9] <= '5'
                && isDigit(b[10])
                && isDigit(b[11])
                && (b[START] == ' ' || b[START] == '\r');
        if (!isValid) {
            return fail(Reason.BAD_RESPONSE);
        }
        status = (b[9] - '0') * 100 + (b[10] - '0') * 10 + b[11] - '0';
        int i = lineEnd(b, START);
        if (b[i] != '\r' || b[i + 1] != '\n') {
            return i >= n || b[i] == '\r' && i + 1 >= n ? INCOMPLETE : fail(Reason.BAD_RESPONSE);
        }
        return i + 2;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    @Override
    Reason known(int id, int field) {
        switch (id) {
            case KnownField.CONTENT_LENGTH -> {
                if (lengthField >= 0) {
                    return Reason.BAD_RESPONSE;
                }
                lengthField = field;
            }
            case KnownField.TRANSFER_ENCODING -> {
                if (codingField >= 0) {
                    return Reason.BAD_RESPONSE;
                }
                codingField = field;
            }
            case KnownField.CONNECTION, KnownField.HOP_BY_HOP -> drop(field);
            case KnownField.UPGRADE -> {
                // 426 has to say what to upgrade to; elsewhere it is an offer that LEBA does not take part in.
                if (status != 426) {
                    drop(field);
                }
                if (upgrade >= 0 && status == 101) {
                    return Reason.BAD_RESPONSE;
                }
                upgrade = field;
            }
            case KnownField.DATE -> date = field;
            case KnownField.CONTENT_LENGTH | KnownField.DISGUISED,
                    KnownField.TRANSFER_ENCODING | KnownField.DISGUISED -> {
                return Reason.BAD_RESPONSE;
            }
            default -> {
                return null;
            }
        }
        return null;
    }

    /** Whether it changes the connection to the one protocol that the request asked for (RFC 9110 §7.8). */
    public boolean switchesAsAsked(RequestHead request) {
        if (status != 101 || upgrade < 0 || !request.upgrades() || (options & ConnectionOptions.UPGRADES) == 0) {
            return false;
        }
        int from = valueStart(upgrade);
        int count = valueEnd(upgrade) - from;
        if (count != request.upgradeEnd() - request.upgradeStart()) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            byte given = a[from + i];
            byte asked = request.a[request.upgradeStart() + i];
            if (given != asked && ((given ^ asked) != 0x20 || (given | 0x20) < 'a' || (given | 0x20) > 'z')) {
                return false;
            }
        }
        return true;
    }

    int upgradeField() {
        return upgrade;
    }

    /** Whether {@code Connection} lists fields, which then must not stand in the trailer section either. */
    public boolean listsFields() {
        return (options & ConnectionOptions.FIELDS) != 0;
    }

    /**
     * Judges the whole head after a successful scan: null, or why it is refused.
     *
     * @param request what it answers
     */
    public Reason judge(RequestHead request) {
        Reason reason = judgeFraming(request);
        sentLength = contentLength;
        return reason;
    }

    private Reason judgeFraming(RequestHead request) {
        options = ConnectionOptions.read(this);
        if (options < 0) {
            return Reason.BAD_RESPONSE;
        }
        if (lengthField >= 0 && codingField >= 0) {
            return Reason.BAD_RESPONSE;
        }
        if (codingField >= 0) {
            return judgeCoding(request);
        }
        if (lengthField >= 0) {
            long value = Framing.length(this, lengthField);
            if (value < 0) {
                return Reason.BAD_RESPONSE;
            }
            contentLength = value;
            isSuspect = status == 204 && value > 0;
            if (status == 204 || status < 200) {
                drop(lengthField);
            } else if (!Framing.isCanonical(this, lengthField)) {
                drop(lengthField);
            }
        }
        if (isBodiless(request)) {
            contentLength = 0;
        }
        return null;
    }

    private Reason judgeCoding(RequestHead request) {
        if (minorVersion == 0 || !Framing.isChunked(this, codingField)) {
            return Reason.BAD_RESPONSE;
        }
        isUnchunked = request.minorVersion() == 0;
        isSuspect = status == 204;
        if (status == 204 || status < 200 || isUnchunked || !Framing.isCanonical(this, codingField)) {
            drop(codingField);
        }
        contentLength = isBodiless(request) ? 0 : CHUNKED;
        return null;
    }

    private boolean isBodiless(RequestHead request) {
        return status < 200 || status == 204 || status == 304 || request.method() == Method.HEAD;
    }

    /** The status code, 100 to 599. */
    public int status() {
        return status;
    }

    /** 0 or 1. */
    public int minorVersion() {
        return minorVersion;
    }

    /** The body's size, 0 if there is none, {@link #UNTIL_CLOSE} or {@link #CHUNKED}. */
    public long contentLength() {
        return contentLength;
    }

    /** The size of the body that is sent on, or {@link #CHUNKED}, or {@link #UNTIL_CLOSE}: as received, unless {@link #reframe}d. */
    public long sentLength() {
        return sentLength;
    }

    /**
     * Has the head that is sent on announce a body of another length than the one that was received.
     *
     * @param length its size; less than 0: not known
     * @param request what it answers
     */
    public void reframe(long length, RequestHead request) {
        dropFraming();
        if (!isBodiless(request)) {
            isReframed = true;
            sentLength = length < 0 ? CHUNKED : length;
            isUnchunked = length < 0 && request.minorVersion() == 0;
        }
    }

    private void dropFraming() {
        if (lengthField >= 0) {
            drop(lengthField);
            lengthField = -1;
        }
        if (codingField >= 0) {
            drop(codingField);
            codingField = -1;
        }
    }

    /** Whether there can be a body, be it empty: not with HEAD, 204 and 304. */
    public boolean mayHaveBody(RequestHead request) {
        return !isBodiless(request);
    }

    /** Has the client told of another way to be served, by {@code Alt-Svc} (RFC 7838); null: of none. */
    public void announce(byte[] value) {
        alternative = value;
    }

    byte[] alternative() {
        return alternative;
    }

    /** Whether {@link #reframe} changed what is announced. */
    boolean isReframed() {
        return isReframed;
    }

    /**
     * Whether the backend's connection can serve another request, as far as the head says. Not behind a 204 that announces a
     * body: there is none, but a backend that sends it all the same would have it taken for the next response.
     */
    public boolean keepsAlive() {
        return ConnectionOptions.keepsAlive(options, minorVersion) && contentLength != UNTIL_CLOSE && !isSuspect;
    }

    /** Whether the client does not know chunks, so that the body is sent without them and ends with the connection. */
    public boolean isUnchunked() {
        return isUnchunked;
    }

    /** Whether there is a {@code Date} field that goes on. */
    public boolean hasDate() {
        return date >= 0 && !isDropped(date);
    }

    int lengthField() {
        return lengthField;
    }

    int codingField() {
        return codingField;
    }
}
