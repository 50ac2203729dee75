package io.leba.plugin.protocol.http.h3.qpack;

import io.leba.plugin.protocol.http.h2.field.FieldKind;
import io.leba.plugin.protocol.http.h2.hpack.FieldSink;
import io.leba.plugin.protocol.http.h2.hpack.FieldView;
import io.leba.plugin.protocol.http.h2.hpack.Huffman;

/**
 * Decodes field sections (RFC 9204 §4.5) that are there as a whole and refer to the static table only, as LEBA allows no other. Every
 * index, length and size is checked against what there is; memory is that of the longest field. One loop's.
 */
public final class QpackDecoder {
    private static final int LARGEST_NUMBER = 1 << 28;
    private static final int KEPT = 8 << 10;
    private static final int FIRST = 256;

    private final FieldView field = new FieldView();
    private byte[] name = new byte[FIRST];
    private byte[] value = new byte[FIRST];
    private byte[] in;
    private int at;
    private int end;
    private int number;

    /** A decoder. */
    public QpackDecoder() {}

    /** Decodes a whole section; false if it is not valid, or the sink has had enough: the connection cannot go on. */
    public boolean decode(byte[] section, int from, int to, FieldSink sink) {
        in = section;
        at = from;
        end = to;
        boolean isValid = prefix();
        while (isValid && at < end) {
            isValid = next() && sink.field(field);
        }
        in = null;
        name = name.length > KEPT ? new byte[FIRST] : name;
        value = value.length > KEPT ? new byte[FIRST] : value;
        return isValid;
    }

    /** No insert is required, so the base is any but a negative number (RFC 9204 §4.5.1). */
    private boolean prefix() {
        if (at >= end || !number(8) || number != 0 || at >= end) {
            return false;
        }
        boolean isNegative = in[at] < 0;
        return number(7) && !isNegative;
    }

    private boolean next() {
        int first = in[at] & 0xff;
        if (first >= 0x80) {
            return (first & 0x40) != 0 && number(6) && indexed();
        }
        if (first >= 0x40) {
            return (first & 0x10) != 0 && number(4) && named();
        }
        return first >= 0x20 && literal();
    }

    private boolean indexed() {
        if (number >= StaticTable.size()) {
            return false;
        }
        field.show(StaticTable.name(number), StaticTable.value(number), StaticTable.kind(number));
        return true;
    }

    private boolean named() {
        if (number >= StaticTable.size()) {
            return false;
        }
        int index = number;
        int length = value();
        if (length < 0) {
            return false;
        }
        byte[] entry = StaticTable.name(index);
        field.show(
                entry, entry.length, value, 0, length, StaticTable.kind(index) | FieldKind.ofValue(value, 0, length));
        return true;
    }

    private boolean literal() {
        boolean isHuffman = (in[at] & 0x08) != 0;
        if (!number(3) || number > end - at) {
            return false;
        }
        name = roomFor(name, isHuffman);
        int nameLength = string(name, isHuffman);
        int length = nameLength < 0 ? -1 : value();
        if (length < 0) {
            return false;
        }
        field.show(
                name,
                nameLength,
                value,
                0,
                length,
                FieldKind.of(name, 0, nameLength) | FieldKind.ofValue(value, 0, length));
        return true;
    }

    /** Decodes a value; its length, or -1. */
    private int value() {
        if (at >= end) {
            return -1;
        }
        boolean isHuffman = in[at] < 0;
        if (!number(7) || number > end - at) {
            return -1;
        }
        value = roomFor(value, isHuffman);
        return string(value, isHuffman);
    }

    private byte[] roomFor(byte[] array, boolean isHuffman) {
        int most = isHuffman ? Huffman.longestDecoded(number) : number;
        return array.length >= most ? array : new byte[Math.max(most, array.length * 2)];
    }

    private int string(byte[] out, boolean isHuffman) {
        int from = at;
        at += number;
        if (isHuffman) {
            return Huffman.decode(in, from, at, out, 0);
        }
        System.arraycopy(in, from, out, 0, number);
        return number;
    }

    /** Decodes a number behind a prefix of so many bits (RFC 9204 §4.1.1); false if it is cut or too large. */
    private boolean number(int prefix) {
        int mask = (1 << prefix) - 1;
        number = in[at++] & mask;
        if (number < mask) {
            return true;
        }
        long sum = number;
        for (int shift = 0; shift <= 28 && at < end; shift += 7) {
            byte b = in[at++];
            sum += (long) (b & 0x7f) << shift;
            if (b >= 0) {
                number = (int) sum;
                return sum <= LARGEST_NUMBER;
            }
        }
        return false;
    }
}
