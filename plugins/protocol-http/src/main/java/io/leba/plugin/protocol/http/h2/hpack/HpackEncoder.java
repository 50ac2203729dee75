package io.leba.plugin.protocol.http.h2.hpack;

import io.leba.plugin.protocol.http.head.ByteClass;
import io.leba.plugin.protocol.http.head.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes fields. What is sent a second time goes into the table, so {@code date}, {@code server} and the like become one byte, and
 * what differs each time displaces nothing. Credentials and short cookies are never indexed, by nobody on the way (RFC
 * 7541 §7.1.3). One connection's, on its loop.
 */
public final class HpackEncoder implements FieldWriter {
    private static final int SEEN = 64;
    private static final int SHORT_COOKIE = 20;
    private static final int STATUS_200 = 8;
    private static final byte[] STATUS = ascii(":status");
    private static final byte[] AUTHORIZATION = ascii("authorization");
    private static final byte[] PROXY_AUTHORIZATION = ascii("proxy-authorization");
    private static final byte[] COOKIE = ascii("cookie");
    private static final byte[] SET_COOKIE = ascii("set-cookie");

    private final EncoderTable table = new EncoderTable(HpackDecoder.TABLE);
    private final EncodedField field = new EncodedField();
    private final byte[] digits = new byte[3];
    private int[] seen;
    private int smallestPending = -1;
    private boolean isResized;
    private Bytes out;

    /** An encoder with an empty table. */
    public HpackEncoder() {}

    /** The peer allows a table of so many bytes; it is told of the new size at the beginning of the next block. */
    public void allow(long bytes) {
        int size = (int) Math.min(bytes, HpackDecoder.TABLE);
        if (size != table.limit()) {
            smallestPending = isResized ? Math.min(smallestPending, size) : size;
            isResized = true;
            table.resize(size);
        }
    }

    /** Begins a block, which is written behind what is there. */
    public void begin(Bytes block) {
        out = block;
        if (isResized) {
            isResized = false;
            if (smallestPending < table.limit()) {
                Literals.number(0x20, 5, smallestPending, out);
            }
            Literals.number(0x20, 5, table.limit(), out);
        }
    }

    @Override
    public void status(int status) {
        digits[0] = (byte) ('0' + status / 100);
        digits[1] = (byte) ('0' + status / 10 % 10);
        digits[2] = (byte) ('0' + status % 10);
        int index = StaticTable.ofValue(STATUS_200, digits, 0, 3);
        if (index > 0) {
            out.put(0x80 | index);
        } else {
            name(STATUS, 0, STATUS.length);
            value(digits, 0, 3);
        }
    }

    @Override
    public void field(byte[] a, int nameFrom, int nameTo, int valueFrom, int valueTo) {
        name(a, nameFrom, nameTo);
        value(a, valueFrom, valueTo);
    }

    /** Writes a field whose value is a part of an array. */
    public void field(byte[] name, byte[] value, int valueFrom, int valueTo) {
        name(name, 0, name.length);
        value(value, valueFrom, valueTo);
    }

    @Override
    public void field(byte[] name, byte[] value) {
        name(name, 0, name.length);
        value(value, 0, value.length);
    }

    private void name(byte[] a, int from, int to) {
        EncodedField f = field;
        f.nameLength = to - from;
        if (f.name.length < f.nameLength) {
            f.name = new byte[f.nameLength * 2];
        }
        for (int i = 0; i < f.nameLength; i++) {
            f.name[i] = (byte) ByteClass.lower(a[from + i]);
        }
    }

    private void value(byte[] value, int valueFrom, int valueTo) {
        EncodedField f = field;
        f.value = value;
        f.valueFrom = valueFrom;
        f.valueTo = valueTo;
        f.nameHash = EncoderTable.hash(0, f.name, 0, f.nameLength);
        int inStatic = StaticTable.ofName(f.nameHash, f.name, 0, f.nameLength);
        if (isSecret(f)) {
            literal(0x10, 4, inStatic);
            return;
        }
        int whole = inStatic == 0 ? 0 : StaticTable.ofValue(inStatic, value, valueFrom, valueTo);
        if (whole == 0) {
            f.hash = EncoderTable.hash(f.nameHash, value, valueFrom, valueTo);
            whole = table.ofField(f.hash, f);
        }
        if (whole > 0) {
            Literals.number(0x80, 7, whole, out);
            return;
        }
        int name = inStatic > 0 ? inStatic : table.ofName(f.nameHash, f);
        if (wasSeen(f.hash) && !is(f, SET_COOKIE)) {
            literal(0x40, 6, name);
            table.add(f);
        } else {
            literal(0, 4, name);
        }
    }

    private static boolean isSecret(EncodedField f) {
        return switch (f.nameLength) {
            case 6 -> f.valueTo - f.valueFrom < SHORT_COOKIE && is(f, COOKIE);
            case 13 -> is(f, AUTHORIZATION);
            case 19 -> is(f, PROXY_AUTHORIZATION);
            default -> false;
        };
    }

    private static boolean is(EncodedField f, byte[] name) {
        return Arrays.equals(f.name, 0, f.nameLength, name, 0, name.length);
    }

    /** Whether the field was sent lately, and fits in the table as a matter of course. */
    private boolean wasSeen(int hash) {
        if (field.nameLength + field.valueTo - field.valueFrom + DecoderTable.OVERHEAD > table.limit() / 2) {
            return false;
        }
        if (seen == null) {
            seen = new int[SEEN];
        }
        int slot = hash >>> 26;
        boolean isThere = seen[slot] == hash;
        seen[slot] = hash;
        return isThere;
    }

    private void literal(int pattern, int prefix, int nameIndex) {
        Literals.number(pattern, prefix, nameIndex, out);
        if (nameIndex == 0) {
            string(field.name, 0, field.nameLength);
        }
        string(field.value, field.valueFrom, field.valueTo);
    }

    private void string(byte[] a, int from, int to) {
        Literals.string(0, 7, a, from, to, out);
    }

    /** What the table holds, in the bytes that RFC 7541 §4.1 counts. */
    public int tableSize() {
        return table.size();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
