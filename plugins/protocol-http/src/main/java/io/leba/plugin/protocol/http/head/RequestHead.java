package io.leba.plugin.protocol.http.head;

import io.leba.plugin.protocol.http.answer.Reason;
import java.nio.charset.StandardCharsets;

/**
 * A request's head: method, target, and what of the fields decides framing, persistence and forwarding. Anything that two
 * parsers could read differently is refused (RFC 9112 §3, §6.3, §11.2).
 */
public final class RequestHead extends Head {
    /** {@link #contentLength}: there is no body. */
    public static final long NO_BODY = -1;
    /** {@link #contentLength}: the body is chunked. */
    public static final long CHUNKED = -2;

    private static final int LONGEST_METHOD = 32;

    private int methodEnd;
    private int targetStart;
    private int targetEnd;
    private int pathStart;
    private int pathEnd;
    private int hostStart;
    private int hostEnd;
    private int minorVersion;
    private Method method;
    private boolean isAbsolute;
    private boolean hasEscapes;
    private boolean isSlashAmbiguous;

    private boolean isTrusted;
    private int host;
    private int lengthField;
    private int codingField;
    private int expect;
    private int via;
    private int forwardedFor;
    private boolean hasProto;
    private boolean hasForwardedHost;
    private boolean wantsClose;
    private boolean wantsKeepAlive;
    private boolean wantsUpgrade;
    private long contentLength;

    /** Nothing scanned yet. */
    public RequestHead() {
        clear();
    }

    /** Whether the peer is a proxy whose word on where requests come from is taken. Set before the scan. */
    public void setTrusted(boolean trusted) {
        isTrusted = trusted;
    }

    @Override
    public void clear() {
        super.clear();
        methodEnd = 0;
        targetStart = 0;
        targetEnd = 0;
        pathStart = 0;
        pathEnd = 0;
        hostStart = 0;
        hostEnd = 0;
        minorVersion = 1;
        host = -1;
        lengthField = -1;
        codingField = -1;
        expect = -1;
        via = -1;
        forwardedFor = -1;
        hasProto = false;
        hasForwardedHost = false;
        wantsClose = false;
        wantsKeepAlive = false;
        wantsUpgrade = false;
        isAbsolute = false;
        hasEscapes = false;
        isSlashAmbiguous = false;
        contentLength = NO_BODY;
        method = Method.OTHER;
    }

    @Override
    int startLine(HeadLimits limits) {
        byte[] b = a;
        int n = length;
        int i = 0;
        while (ByteClass.isToken(b[i])) {
            i++;
        }
        if (i > LONGEST_METHOD) {
            return fail(Reason.BAD_METHOD);
        }
        if (b[i] != ' ' || i == 0) {
            return i >= n ? INCOMPLETE : fail(Reason.BAD_METHOD);
        }
        methodEnd = i;
        targetStart = ++i;
        i = target(b, i);
        if (i - targetStart > limits.target()) {
            return fail(Reason.TARGET_TOO_LONG);
        }
        if (b[i] != ' ') {
            return i >= n ? INCOMPLETE : fail(b[i] == '\r' || b[i] == '\n' ? Reason.BAD_START_LINE : Reason.BAD_TARGET);
        }
        targetEnd = i;
        i = version(b, i + 1, n);
        if (i <= 0) {
            return i;
        }
        Reason reason = judgeTarget(b);
        return reason != null ? fail(reason) : i;
    }

    private int target(byte[] b, int from) {
        int i = from;
        pathEnd = -1;
        for (; ; ) {
            switch (ByteClass.target(b[i])) {
                case ByteClass.PLAIN, ByteClass.SLASH, ByteClass.DOT -> i++;
                case ByteClass.NOT_IN_TARGET -> {
                    if (pathEnd < 0) {
                        pathEnd = i;
                    }
                    return i;
                }
                case ByteClass.QUESTION -> {
                    if (pathEnd < 0) {
                        pathEnd = i;
                    }
                    i++;
                }
                default -> {
                    hasEscapes = true;
                    i++;
                }
            }
        }
    }

    private int version(byte[] b, int from, int n) {
        for (int k = 0; k < 7; k++) {
            if (b[from + k] != "HTTP/1.".charAt(k)) {
                return from + k >= n
                        ? INCOMPLETE
                        : fail(isVersion(b, from) ? Reason.BAD_VERSION : Reason.BAD_START_LINE);
            }
        }
        int i = from + 7;
        if (b[i] != '1' && b[i] != '0') {
            return i >= n ? INCOMPLETE : fail(Reason.BAD_VERSION);
        }
        minorVersion = b[i] - '0';
        if (b[i + 1] != '\r' || b[i + 2] != '\n') {
            boolean isCut = i + 1 >= n || b[i + 1] == '\r' && i + 2 >= n;
            return isCut ? INCOMPLETE : fail(b[i + 1] == '\n' ? Reason.BAD_LINE : Reason.BAD_START_LINE);
        }
        return i + 3;
    }

    private static boolean isVersion(byte[] b, int from) {
        return b[from] == 'H' && b[from + 1] == 'T' && b[from + 2] == 'T' && b[from + 3] == 'P' && b[from + 4] == '/';
    }

    private Reason judgeTarget(byte[] b) {
        method = Method.of(b, 0, methodEnd);
        if (method == Method.CONNECT) {
            return Reason.CONNECT_REFUSED;
        }
        pathStart = targetStart;
        if (b[targetStart] != '/') {
            if (targetEnd - targetStart == 1 && b[targetStart] == '*') {
                return method == Method.OPTIONS ? null : Reason.BAD_TARGET;
            }
            Reason reason = absoluteForm(b);
            if (reason != null) {
                return reason;
            }
        }
        PathCheck check = PathCheck.of(b, pathStart, pathEnd, hasEscapes);
        isSlashAmbiguous = check == PathCheck.AMBIGUOUS_SLASH;
        return check == PathCheck.DANGEROUS ? Reason.BAD_TARGET : null;
    }

    /** {@code http://authority/path} (RFC 9112 §3.2.2). */
    private Reason absoluteForm(byte[] b) {
        int i = targetStart;
        while (i < targetEnd && b[i] != ':') {
            i++;
        }
        boolean isWeb = ByteClass.equalsIgnoreCase(b, targetStart, i, HTTP)
                || ByteClass.equalsIgnoreCase(b, targetStart, i, HTTPS);
        if (!isWeb || i + 2 >= targetEnd || b[i + 1] != '/' || b[i + 2] != '/') {
            return Reason.BAD_TARGET;
        }
        isAbsolute = true;
        hostStart = i + 3;
        i = hostStart;
        while (i < targetEnd && b[i] != '/' && b[i] != '?') {
            i++;
        }
        hostEnd = i;
        pathStart = i;
        if (pathEnd < pathStart) {
            pathEnd = pathStart;
        }
        return HostSyntax.isValid(b, hostStart, hostEnd) ? null : Reason.BAD_HOST;
    }

    private static final byte[] HTTP = {'h', 't', 't', 'p'};
    private static final byte[] HTTPS = {'h', 't', 't', 'p', 's'};

    @Override
    int tooLarge(HeadLimits limits) {
        boolean isTarget = firstField == 0 && length - LONGEST_METHOD > limits.target();
        return fail(isTarget ? Reason.TARGET_TOO_LONG : Reason.HEAD_TOO_LARGE);
    }

    @Override
    Reason known(int id, int field) {
        if ((id & KnownField.DISGUISED) != 0) {
            return Reason.DISGUISED_FIELD;
        }
        switch (id) {
            case KnownField.HOST -> {
                if (host >= 0) {
                    return Reason.BAD_HOST;
                }
                host = field;
            }
            case KnownField.CONTENT_LENGTH -> {
                if (lengthField >= 0) {
                    return Reason.BAD_CONTENT_LENGTH;
                }
                lengthField = field;
            }
            case KnownField.TRANSFER_ENCODING -> {
                if (codingField >= 0) {
                    return Reason.BAD_TRANSFER_ENCODING;
                }
                codingField = field;
            }
            case KnownField.CONNECTION -> drop(field);
            case KnownField.UPGRADE -> {
                wantsUpgrade = true;
                drop(field);
            }
            case KnownField.HOP_BY_HOP -> drop(field);
            case KnownField.EXPECT -> {
                if (expect >= 0) {
                    return Reason.EXPECTATION_FAILED;
                }
                expect = field;
            }
            case KnownField.VIA -> {
                if (via < 0) {
                    via = field;
                }
                drop(field);
            }
            case KnownField.X_FORWARDED_FOR -> {
                if (forwardedFor < 0) {
                    forwardedFor = field;
                }
                drop(field);
            }
            case KnownField.X_FORWARDED_PROTO -> {
                hasProto = isTrusted;
                dropUnlessTrusted(field);
            }
            case KnownField.X_FORWARDED_HOST -> {
                hasForwardedHost = isTrusted;
                dropUnlessTrusted(field);
            }
            case KnownField.ORIGIN_CLAIM -> dropUnlessTrusted(field);
            default -> {
                return null;
            }
        }
        return null;
    }

    private void dropUnlessTrusted(int field) {
        if (!isTrusted) {
            drop(field);
        }
    }

    /** Judges the whole head after a successful scan: null, or why it is refused. */
    public Reason judge() {
        Reason reason = judgeHost();
        if (reason == null) {
            reason = ConnectionOptions.read(this);
        }
        if (reason == null && (lengthField >= 0 || codingField >= 0)) {
            reason = judgeFraming();
        }
        if (reason == null && expect >= 0) {
            reason = judgeExpectation();
        }
        return reason;
    }

    private Reason judgeHost() {
        if (host < 0) {
            return minorVersion == 0 ? null : Reason.BAD_HOST;
        }
        int from = valueStart(host);
        int to = valueEnd(host);
        if (!HostSyntax.isValid(a, from, to)) {
            return Reason.BAD_HOST;
        }
        if (isAbsolute) {
            return HostSyntax.equal(a, from, to, hostStart, hostEnd) ? null : Reason.BAD_HOST;
        }
        hostStart = from;
        hostEnd = to;
        return null;
    }

    private Reason judgeFraming() {
        if (lengthField >= 0 && codingField >= 0) {
            return Reason.CONFLICTING_LENGTHS;
        }
        if (codingField >= 0) {
            if (minorVersion == 0 || !Framing.isChunked(this, codingField)) {
                return Reason.BAD_TRANSFER_ENCODING;
            }
            if (!Framing.isCanonical(this, codingField)) {
                drop(codingField);
            }
            contentLength = CHUNKED;
        } else {
            long value = Framing.length(this, lengthField);
            if (value < 0) {
                return Reason.BAD_CONTENT_LENGTH;
            }
            if (!Framing.isCanonical(this, lengthField)) {
                drop(lengthField);
            }
            contentLength = value;
        }
        return method == Method.TRACE ? Reason.UNEXPECTED_BODY : null;
    }

    private Reason judgeExpectation() {
        boolean isContinue = ByteClass.equalsIgnoreCase(a, valueStart(expect), valueEnd(expect), CONTINUE);
        if (!isContinue) {
            return Reason.EXPECTATION_FAILED;
        }
        if (minorVersion == 0 || !hasBody()) {
            drop(expect);
            expect = -1;
        }
        return null;
    }

    private static final byte[] CONTINUE = "100-continue".getBytes(StandardCharsets.US_ASCII);

    /** An option of {@code Connection}. */
    void option(boolean isClose) {
        wantsClose |= isClose;
        wantsKeepAlive |= !isClose;
    }

    /** What is asked for. */
    public Method method() {
        return method;
    }

    /** Where the method ends; it starts at 0. */
    public int methodEnd() {
        return methodEnd;
    }

    /** Where the target starts, as sent. */
    public int targetStart() {
        return targetStart;
    }

    /** Where it ends. */
    public int targetEnd() {
        return targetEnd;
    }

    /** Where the path starts; {@code *} is a path, and an absolute target may have an empty one. */
    public int pathStart() {
        return pathStart;
    }

    /** Where it ends: at the query, if there is one, or at the target's end. */
    public int pathEnd() {
        return pathEnd;
    }

    /** Whether the target is of the absolute form. */
    public boolean isAbsolute() {
        return isAbsolute;
    }

    /** Whether there is a percent sign or a backslash in the target. */
    public boolean hasEscapes() {
        return hasEscapes;
    }

    /** Whether the path has empty segments or escaped slashes, which backends read in different ways. */
    public boolean isSlashAmbiguous() {
        return isSlashAmbiguous;
    }

    /** Whether a host is known. */
    public boolean hasHost() {
        return host >= 0 || isAbsolute;
    }

    /** Where the authority starts, in the target or in the {@code Host} field. */
    public int hostStart() {
        return hostStart;
    }

    /** Where it ends. */
    public int hostEnd() {
        return hostEnd;
    }

    /** 0 or 1. */
    public int minorVersion() {
        return minorVersion;
    }

    /** The body's size, {@link #NO_BODY} or {@link #CHUNKED}. */
    public long contentLength() {
        return contentLength;
    }

    /** Whether anything comes behind the head. */
    public boolean hasBody() {
        return contentLength > 0 || contentLength == CHUNKED;
    }

    /** Whether the client wants the connection to stay. */
    public boolean keepsAlive() {
        return !wantsClose && (minorVersion == 1 || wantsKeepAlive);
    }

    /** Whether the client waits for {@code 100 Continue}. */
    public boolean expectsContinue() {
        return expect >= 0;
    }

    /** Whether the client offers another protocol; it is not forwarded. */
    public boolean wantsUpgrade() {
        return wantsUpgrade;
    }

    boolean isTrusted() {
        return isTrusted;
    }

    int hostField() {
        return host;
    }

    int lengthField() {
        return lengthField;
    }

    int codingField() {
        return codingField;
    }

    int via() {
        return via;
    }

    /** The first {@code X-Forwarded-For} field, or -1. */
    public int forwardedFor() {
        return forwardedFor;
    }

    boolean hasProto() {
        return hasProto;
    }

    boolean hasForwardedHost() {
        return hasForwardedHost;
    }
}
