package io.leba.plugin.protocol.http.head;

import io.leba.plugin.protocol.http.answer.Reason;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A message's head: a copy of its bytes, scanned once, eight bytes at a time, with an index of its field lines. The copy
 * is what makes the rest simple: it stays valid when the read buffer has moved on, so filters, routes, hash keys, logs and a
 * second attempt read from it, and the rewritten head is composed from it.
 *
 * <p>Strict (RFC 9112 §2.2, §5): lines end in CRLF and nothing else, no control characters but tabs in values, names are
 * tokens with the colon right behind, no folding. What is wrong is kept in {@link #error()}.
 *
 * <p>Belongs to one exchange at a time, on its loop.
 */
public abstract sealed class Head permits RequestHead, ResponseHead {
    /** {@link #scan}: the end has not come yet. */
    public static final int INCOMPLETE = 0;
    /** {@link #scan}: {@link #error()} says why. */
    public static final int FAILED = -1;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long LOW7 = 0x7f7f7f7f7f7f7f7fL;
    private static final long SPACES = 0x2020202020202020L;
    private static final long DASHES = 0x2d2d2d2d2d2d2d2dL;
    private static final int PADDING = 8;
    private static final int INITIAL = 1024;
    private static final int INITIAL_FIELDS = 32;
    private static final int LONG_LINE = 4 << 10;
    private static final int KEPT = 8 << 10;
    private static final int DROPPED = 128;
    private static final int ID = 127;

    byte[] a = new byte[INITIAL];
    int length;
    int end;
    int firstField;
    private int at;
    private int searched;
    private int fieldCount;
    private int[] fields = new int[2 * INITIAL_FIELDS];
    private int lastDropped = -1;
    private Reason error;

    /** Forgets everything and gives large arrays back. */
    public void clear() {
        length = 0;
        end = 0;
        at = 0;
        searched = 0;
        firstField = 0;
        fieldCount = 0;
        lastDropped = -1;
        error = null;
        if (a.length > KEPT) {
            a = new byte[INITIAL];
            fields = new int[2 * INITIAL_FIELDS];
        }
    }

    /** Takes bytes in behind those there are. */
    public void append(ByteBuf source, int index, int count) {
        if (a.length < length + count + PADDING) {
            a = Arrays.copyOf(a, Math.max(a.length * 2, length + count + PADDING));
        }
        source.getBytes(index, a, length, count);
        length += count;
        // Whatever comes behind the end is a control character, so that no loop runs past it unseen.
        WORD.set(a, length, 0L);
    }

    /** Takes bytes in behind those there are. */
    public void append(byte[] source, int count) {
        if (a.length < length + count + PADDING) {
            a = Arrays.copyOf(a, Math.max(a.length * 2, length + count + PADDING));
        }
        System.arraycopy(source, 0, a, length, count);
        length += count;
        WORD.set(a, length, 0L);
    }

    /** The bytes taken in so far; the head and what happened to come with it. */
    public int length() {
        return length;
    }

    /** The bytes; those of the head are the first {@link #end()}. */
    public byte[] bytes() {
        return a;
    }

    /** The head's size with the empty line, once {@link #scan} has found it. */
    public int end() {
        return end;
    }

    /** What is wrong. */
    public Reason error() {
        return error;
    }

    final int fail(Reason reason) {
        error = reason;
        return FAILED;
    }

    /**
     * Goes on where the last call stopped.
     *
     * @return the head's size, {@link #INCOMPLETE} or {@link #FAILED}
     */
    public final int scan(HeadLimits limits) {
        int i = at;
        if (searched > LONG_LINE && !hasLineFeed(searched)) {
            searched = length;
            return length >= limits.head() ? tooLarge(limits) : INCOMPLETE;
        }
        searched = length;
        if (i == 0) {
            i = startLine(limits);
            if (i <= 0) {
                return i == INCOMPLETE && length >= limits.head() ? tooLarge(limits) : i;
            }
            firstField = i;
            at = i;
        }
        int result = fieldLines(i, limits.fields());
        if (result == INCOMPLETE ? length >= limits.head() : result > limits.head()) {
            return tooLarge(limits);
        }
        return result;
    }

    /** A long line that comes in small pieces is looked at when it is there, not again with each piece. */
    private boolean hasLineFeed(int from) {
        for (int i = from; i < length; i++) {
            if (a[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    /** The head exceeds the limit: which of its parts is to blame. */
    int tooLarge(HeadLimits limits) {
        return fail(Reason.HEAD_TOO_LARGE);
    }

    /** Scans the start line: the index behind it, or {@link #INCOMPLETE}, or {@link #FAILED}. */
    abstract int startLine(HeadLimits limits);

    /** A field that matters was found; returns null or what is wrong with it. */
    abstract Reason known(int id, int field);

    private int fieldLines(int from, int limit) {
        byte[] b = a;
        int n = length;
        int i = from;
        for (; ; ) {
            int start = i;
            byte c = b[i];
            if (c == '\r') {
                if (i + 1 >= n) {
                    return INCOMPLETE;
                }
                if (b[i + 1] != '\n') {
                    return fail(Reason.BAD_LINE);
                }
                end = i + 2;
                return end;
            }
            i = nameEnd(b, i);
            if (b[i] != ':' || i == start) {
                return i >= n ? INCOMPLETE : fail(badName(b[i], i == start));
            }
            int nameLength = i - start;
            i = lineEnd(b, i + 1);
            if (b[i] != '\r' || b[i + 1] != '\n') {
                return i >= n || b[i] == '\r' && i + 1 >= n ? INCOMPLETE : fail(Reason.BAD_LINE);
            }
            i += 2;
            Reason reason = record(start, nameLength, limit);
            if (reason != null) {
                return fail(reason);
            }
            at = i;
        }
    }

    private Reason record(int start, int nameLength, int limit) {
        int field = fieldCount;
        if (field >= limit) {
            return Reason.TOO_MANY_FIELDS;
        }
        if (fields.length < 2 * field + 2) {
            fields = Arrays.copyOf(fields, fields.length * 2);
        }
        int id = KnownField.of(a, start, nameLength);
        fields[2 * field] = start;
        fields[2 * field + 1] = nameLength << 8 | id & ID;
        fieldCount = field + 1;
        return id == KnownField.OTHER ? null : known(id, field);
    }

    private static Reason badName(byte c, boolean isFirst) {
        if (isFirst && (c == ' ' || c == '\t')) {
            return Reason.FOLDED_FIELD;
        }
        return c == '\n' || c == '\r' ? Reason.BAD_LINE : Reason.BAD_FIELD_NAME;
    }

    /** The index of the first byte that a token does not have. */
    private static int nameEnd(byte[] b, int from) {
        int i = from;
        for (; ; ) {
            // Eight at once for letters and hyphens, which is what names are made of; one by one for the rest.
            long w = (long) WORD.get(b, i);
            long x = (w | SPACES) & LOW7;
            long letter = (x + (0x80 - 'a') * ONES) & ~(x + (0x7f - 'z') * ONES) & ~w;
            long d = w ^ DASHES;
            long dash = ~(((d & LOW7) + LOW7) | d);
            long other = ~(letter | dash) & TOPS;
            if (other == 0) {
                i += 8;
                continue;
            }
            i += Long.numberOfTrailingZeros(other) >>> 3;
            if (!ByteClass.isToken(b[i])) {
                return i;
            }
            i++;
        }
    }

    /** The index of the first control character but tabs. */
    static int lineEnd(byte[] b, int from) {
        int i = from;
        for (; ; ) {
            long w = (long) WORD.get(b, i);
            // Below a space, or DEL; only the lowest hit is exact, and only the lowest is used.
            long control = ((w - SPACES) | ((w ^ LOW7) - ONES)) & ~w & TOPS;
            if (control == 0) {
                i += 8;
                continue;
            }
            i += Long.numberOfTrailingZeros(control) >>> 3;
            if (b[i] != '\t') {
                return i;
            }
            i++;
        }
    }

    /** How many field lines there are. */
    public final int fieldCount() {
        return fieldCount;
    }

    /** Where a field's line starts. */
    public final int nameStart(int field) {
        return fields[2 * field];
    }

    /** Where its name ends. */
    public final int nameEnd(int field) {
        return fields[2 * field] + (fields[2 * field + 1] >>> 8);
    }

    /** The {@link KnownField} it is. */
    public final int id(int field) {
        return fields[2 * field + 1] & ID;
    }

    /** Where the line ends, CRLF included. */
    public final int fieldEnd(int field) {
        return field + 1 < fieldCount ? fields[2 * field + 2] : end - 2;
    }

    /** Where the value starts, white space skipped. */
    public final int valueStart(int field) {
        int i = nameEnd(field) + 1;
        while (a[i] == ' ' || a[i] == '\t') {
            i++;
        }
        return i;
    }

    /** Where the value ends, white space left out; not before {@link #valueStart}. */
    public final int valueEnd(int field) {
        int i = fieldEnd(field) - 2;
        int least = valueStart(field);
        while (i > least && (a[i - 1] == ' ' || a[i - 1] == '\t')) {
            i--;
        }
        return Math.max(i, least);
    }

    /** The first field of that name in lower case from an index on, or -1. */
    public final int find(byte[] lowerName, int from) {
        for (int field = from; field < fieldCount; field++) {
            int start = fields[2 * field];
            int nameLength = fields[2 * field + 1] >>> 8;
            if (nameLength == lowerName.length && ByteClass.equalsIgnoreCase(a, start, start + nameLength, lowerName)) {
                return field;
            }
        }
        return -1;
    }

    /** Leaves the field out of what is sent on. */
    final void drop(int field) {
        fields[2 * field + 1] |= DROPPED;
        lastDropped = Math.max(lastDropped, field);
    }

    /** Whether the field is left out. */
    public final boolean isDropped(int field) {
        return (fields[2 * field + 1] & DROPPED) != 0;
    }

    /** The last field that is left out, or -1. */
    final int lastDropped() {
        return lastDropped;
    }
}
