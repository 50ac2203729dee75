package io.leba.plugin.protocol.http.head;

import static io.leba.plugin.protocol.http.head.Head.FAILED;
import static io.leba.plugin.protocol.http.head.Head.INCOMPLETE;

import io.leba.plugin.protocol.http.answer.Reason;

/**
 * A request's first line: method, target and version (RFC 9112 §3), with what a target says of path and authority. Indices are
 * those of the head's bytes. One request at a time, on its loop.
 */
public final class RequestLine {
    static final int LONGEST_METHOD = 32;

    private static final byte[] HTTP = {'h', 't', 't', 'p'};
    private static final byte[] HTTPS = {'h', 't', 't', 'p', 's'};

    private int methodEnd;
    private int targetStart;
    private int targetEnd;
    private int pathStart;
    private int pathEnd;
    private int authorityStart;
    private int authorityEnd;
    private int minorVersion;
    private Method method;
    private boolean isAbsolute;
    private boolean hasEscapes;
    private boolean isSlashAmbiguous;
    private Reason error;

    RequestLine() {
        clear();
    }

    void clear() {
        methodEnd = 0;
        targetStart = 0;
        targetEnd = 0;
        pathStart = 0;
        pathEnd = 0;
        authorityStart = 0;
        authorityEnd = 0;
        minorVersion = 1;
        method = Method.OTHER;
        isAbsolute = false;
        hasEscapes = false;
        isSlashAmbiguous = false;
        error = null;
    }

    /** What is wrong. */
    Reason error() {
        return error;
    }

    private int fail(Reason reason) {
        error = reason;
        return FAILED;
    }

    /** Scans it from the beginning: the index behind it, {@link Head#INCOMPLETE} or {@link Head#FAILED}. */
    int scan(byte[] b, int n, int longestTarget) {
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
        if (i - targetStart > longestTarget) {
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
        authorityStart = i + 3;
        i = authorityStart;
        while (i < targetEnd && b[i] != '/' && b[i] != '?') {
            i++;
        }
        authorityEnd = i;
        pathStart = i;
        if (pathEnd < pathStart) {
            pathEnd = pathStart;
        }
        return HostSyntax.isValid(b, authorityStart, authorityEnd) ? null : Reason.BAD_HOST;
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

    /** Whether an absolute target leaves the path out. It stands for the root then, or for {@code *} with OPTIONS. */
    public boolean isPathLeftOut() {
        return pathStart == pathEnd;
    }

    /** What stands for a path that is left out (RFC 9112 §3.2.4, RFC 9110 §4.2.3). */
    public char impliedPath() {
        return method == Method.OPTIONS && pathStart == targetEnd ? '*' : '/';
    }

    /** Whether the target is of the absolute form. */
    public boolean isAbsolute() {
        return isAbsolute;
    }

    /** Where an absolute target's authority starts. */
    int authorityStart() {
        return authorityStart;
    }

    /** Where it ends. */
    int authorityEnd() {
        return authorityEnd;
    }

    /** Whether there is a percent sign or a backslash in the target. */
    public boolean hasEscapes() {
        return hasEscapes;
    }

    /** Whether the path has empty segments or escaped slashes, which backends read in different ways. */
    public boolean isSlashAmbiguous() {
        return isSlashAmbiguous;
    }

    /** 0 or 1. */
    public int minorVersion() {
        return minorVersion;
    }
}
