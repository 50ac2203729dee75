package io.leba.plugin.protocol.http.head;

/** {@code host[:port]} as RFC 9110 §7.2 has it, without what no host needs: user info, escapes, empty parts. */
final class HostSyntax {
    private static final int LONGEST = 512;

    private HostSyntax() {}

    static boolean isValid(byte[] b, int from, int to) {
        if (from >= to || to - from > LONGEST) {
            return false;
        }
        int i = from;
        if (b[i] == '[') {
            i++;
            while (i < to && (ByteClass.hex(b[i]) >= 0 || b[i] == ':' || b[i] == '.')) {
                i++;
            }
            if (i >= to || b[i] != ']' || i - from < 3) {
                return false;
            }
            i++;
        } else {
            while (i < to && ByteClass.isHost(b[i])) {
                i++;
            }
            if (i == from) {
                return false;
            }
        }
        return i == to || b[i] == ':' && isPort(b, i + 1, to);
    }

    private static boolean isPort(byte[] b, int from, int to) {
        if (from >= to || to - from > 5) {
            return false;
        }
        int port = 0;
        for (int i = from; i < to; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return false;
            }
            port = port * 10 + b[i] - '0';
        }
        return port <= 0xffff;
    }

    static boolean equal(byte[] b, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (ByteClass.lower(b[from + i]) != ByteClass.lower(b[otherFrom + i])) {
                return false;
            }
        }
        return true;
    }
}
