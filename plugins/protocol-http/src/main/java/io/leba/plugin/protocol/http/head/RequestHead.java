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

    private final RequestLine line = new RequestLine();
    private int hostStart;
    private int hostEnd;
    private boolean isTrusted;
    private int host;
    private int lengthField;
    private int codingField;
    private int expect;
    private int via;
    private int forwardedFor;
    private int proto;
    private int forwardedHost;
    private int options;
    private int maxForwards;
    private int upgrade;
    private boolean upgradesTwice;
    private int upgradeStart;
    private int upgradeEnd;
    private long contentLength;
    private long sentLength;

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
        line.clear();
        hostStart = 0;
        hostEnd = 0;
        host = -1;
        lengthField = -1;
        codingField = -1;
        expect = -1;
        via = -1;
        forwardedFor = -1;
        proto = -1;
        forwardedHost = -1;
        options = 0;
        maxForwards = -1;
        upgrade = -1;
        upgradesTwice = false;
        upgradeStart = 0;
        upgradeEnd = 0;
        contentLength = NO_BODY;
        sentLength = NO_BODY;
    }

    @Override
    int startLine(HeadLimits limits) {
        int result = line.scan(a, length, limits.target());
        return result == FAILED ? fail(line.error()) : result;
    }

    @Override
    int tooLarge(HeadLimits limits) {
        boolean isTarget = firstField == 0 && length - RequestLine.LONGEST_METHOD > limits.target();
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
            case KnownField.CONNECTION, KnownField.HOP_BY_HOP -> drop(field);
            case KnownField.UPGRADE -> {
                upgradesTwice = upgrade >= 0;
                upgrade = field;
                drop(field);
            }
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
                proto = field;
                dropUnlessTrusted(field);
            }
            case KnownField.X_FORWARDED_HOST -> {
                forwardedHost = field;
                dropUnlessTrusted(field);
            }
            case KnownField.FORWARDED, KnownField.ORIGIN_CLAIM -> dropUnlessTrusted(field);
            case KnownField.MAX_FORWARDS -> {
                if (method().countsForwards()) {
                    if (maxForwards >= 0) {
                        return Reason.BAD_MAX_FORWARDS;
                    }
                    maxForwards = field;
                    drop(field);
                }
            }
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
            options = ConnectionOptions.read(this);
            reason = options < 0 ? Reason.BAD_CONNECTION : null;
        }
        if (reason == null && (lengthField >= 0 || codingField >= 0)) {
            reason = judgeFraming();
        }
        if (reason == null && expect >= 0) {
            reason = judgeExpectation();
        }
        return reason == null && maxForwards >= 0 ? Hops.judge(this, maxForwards) : reason;
    }

    private Reason judgeHost() {
        if (line.isAbsolute()) {
            hostStart = line.authorityStart();
            hostEnd = line.authorityEnd();
        }
        if (host < 0) {
            return minorVersion() == 0 ? null : Reason.BAD_HOST;
        }
        int from = valueStart(host);
        int to = valueEnd(host);
        if (!HostSyntax.isValid(a, from, to)) {
            return Reason.BAD_HOST;
        }
        if (line.isAbsolute()) {
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
            if (minorVersion() == 0 || !Framing.isChunked(this, codingField)) {
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
        sentLength = contentLength;
        return method() == Method.TRACE ? Reason.UNEXPECTED_BODY : null;
    }

    private Reason judgeExpectation() {
        boolean isContinue = ByteClass.equalsIgnoreCase(a, valueStart(expect), valueEnd(expect), CONTINUE);
        if (!isContinue) {
            return Reason.EXPECTATION_FAILED;
        }
        if (minorVersion() == 0 || !hasBody()) {
            drop(expect);
            expect = -1;
        }
        return null;
    }

    private static final byte[] WEBSOCKET = "websocket".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTINUE = "100-continue".getBytes(StandardCharsets.US_ASCII);

    /** The first line. */
    public RequestLine line() {
        return line;
    }

    /** What is asked for. */
    public Method method() {
        return line.method();
    }

    /** 0 or 1. */
    public int minorVersion() {
        return line.minorVersion();
    }

    /** Whether a host is known. */
    public boolean hasHost() {
        return host >= 0 || line.isAbsolute();
    }

    /** Where the authority starts, in the target or in the {@code Host} field. */
    public int hostStart() {
        return hostStart;
    }

    /** Where it ends. */
    public int hostEnd() {
        return hostEnd;
    }

    /** The body's size, {@link #NO_BODY} or {@link #CHUNKED}. */
    public long contentLength() {
        return contentLength;
    }

    /** The size of the body that is sent on, {@link #NO_BODY} or {@link #CHUNKED}: as received, unless {@link #reframe}d. */
    public long sentLength() {
        return sentLength;
    }

    /** Has the head that is sent on announce a body of another length than the one that was received; less than 0: not known. */
    public void reframe(long length) {
        if (lengthField >= 0) {
            drop(lengthField);
        }
        if (codingField >= 0) {
            drop(codingField);
        }
        sentLength = length < 0 ? CHUNKED : length;
    }

    /** Whether anything comes behind the head. */
    public boolean hasBody() {
        return contentLength > 0 || contentLength == CHUNKED;
    }

    /** Whether the client wants the connection to stay. */
    public boolean keepsAlive() {
        return ConnectionOptions.keepsAlive(options, minorVersion());
    }

    /**
     * Has the head that is sent on ask for the first of the client's protocols that is allowed, if the client asks in due form
     * (RFC 9110 §7.8). Not with a body, which a backend may take for the new protocol's bytes. Otherwise the request goes on
     * without that wish.
     */
    public void allowUpgrade(Upgrades allowed) {
        boolean isAsked = upgrade >= 0
                && !upgradesTwice
                && (options & ConnectionOptions.UPGRADES) != 0
                && minorVersion() == 1
                && !hasBody();
        if (!isAsked) {
            return;
        }
        int end = valueEnd(upgrade);
        int from = valueStart(upgrade);
        while (from < end) {
            int to = from;
            while (to < end && a[to] != ',') {
                to++;
            }
            int last = to;
            while (last > from && (a[last - 1] == ' ' || a[last - 1] == '\t')) {
                last--;
            }
            if (isProtocol(from, last) && allowed.allows(a, from, last)) {
                upgradeStart = from;
                upgradeEnd = last;
                return;
            }
            from = to + 1;
            while (from < end && (a[from] == ' ' || a[from] == '\t')) {
                from++;
            }
        }
    }

    /** A name, or a name, a slash and a version. */
    private boolean isProtocol(int from, int to) {
        int slashes = 0;
        for (int i = from; i < to; i++) {
            slashes += a[i] == '/' ? 1 : 0;
            if (a[i] != '/' && !ByteClass.isToken(a[i])) {
                return false;
            }
        }
        return to > from && slashes <= 1 && a[from] != '/' && a[to - 1] != '/';
    }

    /** Whether it asks for another protocol, as far as the backend is told. */
    public boolean upgrades() {
        return upgradeEnd > 0;
    }

    /** Whether that is WebSocket (RFC 6455 §4.1). */
    public boolean upgradesToWebSocket() {
        return upgrades() && ByteClass.equalsIgnoreCase(a, upgradeStart, upgradeEnd, WEBSOCKET);
    }

    /** How many proxies it may still pass, this one included; -1: any number. */
    public int forwardsLeft() {
        return maxForwards < 0 ? -1 : Hops.left(this, maxForwards);
    }

    /** Where the name of the protocol that is asked for starts. */
    public int upgradeStart() {
        return upgradeStart;
    }

    /** Where it ends. */
    public int upgradeEnd() {
        return upgradeEnd;
    }

    /** Whether {@code Connection} lists fields, which then must not stand in the trailer section either. */
    public boolean listsFields() {
        return (options & ConnectionOptions.FIELDS) != 0;
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

    /** Whether a trusted proxy's {@code X-Forwarded-Proto} goes on; not if {@code Connection} lists it. */
    boolean hasProto() {
        return proto >= 0 && !isDropped(proto);
    }

    /** Whether a trusted proxy's {@code X-Forwarded-Host} goes on. */
    boolean hasForwardedHost() {
        return forwardedHost >= 0 && !isDropped(forwardedHost);
    }
}
