package io.leba.plugin.protocol.http.h3.qpack;

import io.leba.plugin.protocol.http.h2.hpack.FieldWriter;
import io.leba.plugin.protocol.http.h2.hpack.Huffman;
import io.leba.plugin.protocol.http.head.ByteClass;
import io.leba.plugin.protocol.http.head.Bytes;
import java.nio.charset.StandardCharsets;

/** Encodes field sections by the static table. Holds nothing between sections. One loop's. */
public final class QpackEncoder implements FieldWriter {
    private static final byte[] STATUS = ascii(":status");
    private static final int STATUS_HASH = StaticTable.hash(0, STATUS, 0, STATUS.length);

    private final byte[] digits = new byte[3];
    private byte[] name = new byte[64];
    private Bytes out;

    /** An encoder. */
    public QpackEncoder() {}

    /** Begins a section, which is written behind what is there. */
    public void begin(Bytes section) {
        out = section;
        out.put(0).put(0);
    }

    @Override
    public void status(int status) {
        digits[0] = (byte) ('0' + status / 100);
        digits[1] = (byte) ('0' + status / 10 % 10);
        digits[2] = (byte) ('0' + status % 10);
        write(STATUS_HASH, STATUS, STATUS.length, digits, 0, 3);
    }

    @Override
    public void field(byte[] a, int nameFrom, int nameTo, int valueFrom, int valueTo) {
        field(a, nameFrom, nameTo, a, valueFrom, valueTo);
    }

    @Override
    public void field(byte[] fieldName, byte[] value) {
        field(fieldName, 0, fieldName.length, value, 0, value.length);
    }

    private void field(byte[] a, int nameFrom, int nameTo, byte[] value, int from, int to) {
        int length = nameTo - nameFrom;
        if (name.length < length) {
            name = new byte[length * 2];
        }
        for (int i = 0; i < length; i++) {
            name[i] = (byte) ByteClass.lower(a[nameFrom + i]);
        }
        write(StaticTable.hash(0, name, 0, length), name, length, value, from, to);
    }

    private void write(int hash, byte[] lower, int length, byte[] value, int from, int to) {
        int whole = StaticTable.field(hash, lower, length, value, from, to);
        if (whole >= 0) {
            number(0xc0, 6, whole);
            return;
        }
        int named = StaticTable.name(hash, lower, length);
        if (named >= 0) {
            number(0x50, 4, named);
        } else {
            string(0x20, 3, lower, 0, length);
        }
        string(0, 7, value, from, to);
    }

    /** Writes a string with its length behind the bit that says whether it is in Huffman's code. */
    private void string(int pattern, int prefix, byte[] a, int from, int to) {
        int encoded = Huffman.encodedLength(a, from, to);
        if (encoded < to - from) {
            number(pattern | 1 << prefix, prefix, encoded);
            Huffman.encode(a, from, to, out);
        } else {
            number(pattern, prefix, to - from);
            out.put(a, from, to);
        }
    }

    private void number(int pattern, int prefix, int value) {
        int mask = (1 << prefix) - 1;
        if (value < mask) {
            out.put(pattern | value);
            return;
        }
        out.put(pattern | mask);
        int rest = value - mask;
        while (rest >= 0x80) {
            out.put(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.put(rest);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
