package io.leba.plugin.protocol.http.body;

import io.leba.plugin.protocol.http.head.ByteClass;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.FieldLine;
import io.netty.buffer.ByteBuf;

/**
 * Collects and checks a trailer section (RFC 9112 §7.1.2). Fields that frame, route or authenticate, or belong to one hop,
 * are left out: a backend that merges trailers into the head must not get another head (RFC 9110 §6.5.1).
 */
final class Trailers {
    private static final int LIMIT = 8 << 10;

    private final Bytes line = new Bytes(16);
    private final Bytes kept = new Bytes(16);
    private int total;
    private boolean isDone;
    private boolean keeps;

    /** Begins; {@code keeps} says whether any field may go on. */
    void begin(boolean keeps) {
        this.keeps = keeps;
        line.clear();
        kept.clear();
        total = 0;
        isDone = false;
    }

    boolean isDone() {
        return isDone;
    }

    /** The lines that go on with the empty line behind them; null: there are none. */
    Bytes output() {
        return kept.length() == 0 ? null : kept;
    }

    /** Takes bytes in; returns the index behind the last one used, or -1 if the section is malformed or too long. */
    int feed(ByteBuf buf, int from, int to) {
        for (int i = from; i < to; i++) {
            byte c = buf.getByte(i);
            if (++total > LIMIT) {
                return -1;
            }
            line.put(c);
            if (c == '\n') {
                if (!endLine()) {
                    return -1;
                }
                if (isDone) {
                    return i + 1;
                }
            }
        }
        return to;
    }

    private boolean endLine() {
        byte[] a = line.array();
        int length = line.length();
        if (length < 2 || a[length - 2] != '\r') {
            return false;
        }
        if (length == 2) {
            isDone = true;
            if (kept.length() > 0) {
                kept.crlf();
            }
            return true;
        }
        int colon = 0;
        while (colon < length && ByteClass.isToken(a[colon])) {
            colon++;
        }
        if (colon == 0 || a[colon] != ':') {
            return false;
        }
        for (int i = colon + 1; i < length - 2; i++) {
            if (a[i] >= 0 && a[i] < ' ' && a[i] != '\t' || a[i] == 0x7f) {
                return false;
            }
        }
        if (keeps && FieldLine.isTrailer(a, colon)) {
            kept.put(a, 0, length);
        }
        line.clear();
        return true;
    }
}
