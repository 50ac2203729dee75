package io.leba.plugin.protocol.http.h3.qpack;

import io.leba.plugin.protocol.http.h2.hpack.FieldWriter;
import io.leba.plugin.protocol.http.h2.hpack.Literals;
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
            Literals.number(0xc0, 6, whole, out);
            return;
        }
        int named = StaticTable.name(hash, lower, length);
        if (named >= 0) {
            Literals.number(0x50, 4, named, out);
        } else {
            Literals.string(0x20, 3, lower, 0, length, out);
        }
        Literals.string(0, 7, value, from, to, out);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
