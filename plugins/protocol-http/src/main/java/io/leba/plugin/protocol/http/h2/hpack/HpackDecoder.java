package io.leba.plugin.protocol.http.h2.hpack;

import io.leba.plugin.protocol.http.h2.field.FieldKind;

/**
 * Decodes field blocks (RFC 7541 §6) that are there as a whole. Every index, length and size is checked against what there is,
 * numbers have five bytes at most; memory is that of the table and of the longest literal, which the block's own size bounds. One
 * connection's, on its loop.
 */
public final class HpackDecoder {
    /** The table size that holds unless settings say otherwise. */
    public static final int TABLE = 4096;

    private static final int LARGEST_NUMBER = 1 << 28;
    private static final int KEPT = 8 << 10;
    private static final int FIRST = 256;

    private final DecoderTable table;
    private final FieldView field = new FieldView();
    private byte[] literals = new byte[FIRST];
    private int literalsEnd;
    private byte[] in;
    private int at;
    private int end;
    private int number;

    /** A decoder whose peer may use a table of so many bytes. */
    public HpackDecoder(int largestTable) {
        table = new DecoderTable(largestTable);
    }

    /** Decodes a whole block; false if it is not valid, or the sink has had enough: the connection cannot go on. */
    public boolean decode(byte[] block, int from, int to, FieldSink sink) {
        in = block;
        at = from;
        end = to;
        boolean isValid = sizeUpdates();
        while (isValid && at < end) {
            literalsEnd = 0;
            isValid = next() && sink.field(field);
        }
        in = null;
        if (literals.length > KEPT) {
            literals = new byte[FIRST];
        }
        return isValid;
    }

    /** Size updates stand in front of the first field (RFC 7541 §4.2). */
    private boolean sizeUpdates() {
        while (at < end && (in[at] & 0xe0) == 0x20) {
            if (!number(5) || !table.resize(number)) {
                return false;
            }
        }
        return true;
    }

    private boolean next() {
        byte first = in[at];
        if (first < 0) {
            return number(7) && indexed(number);
        }
        if ((first & 0x40) != 0) {
            if (!number(6) || !literal(number)) {
                return false;
            }
            table.add(field);
            return true;
        }
        // A size update here would be one behind a field.
        return (first & 0x20) == 0 && number(4) && literal(number);
    }

    private boolean indexed(int index) {
        if (index == 0 || index > StaticTable.SIZE + table.count()) {
            return false;
        }
        if (index > StaticTable.SIZE) {
            table.show(index - StaticTable.SIZE - 1, field);
            return true;
        }
        field.nameBytes = StaticTable.name(index);
        field.nameFrom = 0;
        field.nameTo = field.nameBytes.length;
        field.valueBytes = StaticTable.value(index);
        field.valueFrom = 0;
        field.valueTo = field.valueBytes.length;
        field.kind = StaticTable.kind(index);
        return true;
    }

    private boolean literal(int index) {
        if (index > StaticTable.SIZE + table.count()) {
            return false;
        }
        int nameFrom = 0;
        int nameTo;
        int kind;
        if (index == 0) {
            nameTo = string();
            if (nameTo < 0) {
                return false;
            }
            kind = FieldKind.of(literals, nameFrom, nameTo);
        } else {
            // Copied, because the entry may make room for the one that is named after it.
            if (index > StaticTable.SIZE) {
                table.showName(index - StaticTable.SIZE - 1, field);
                kind = table.kind(index - StaticTable.SIZE - 1) & ~FieldKind.BAD_VALUE;
            } else {
                indexed(index);
                kind = field.kind;
            }
            nameTo = field.nameTo - field.nameFrom;
            ensure(nameTo);
            System.arraycopy(field.nameBytes, field.nameFrom, literals, 0, nameTo);
            literalsEnd = nameTo;
        }
        int valueTo = string();
        if (valueTo < 0) {
            return false;
        }
        field.nameBytes = literals;
        field.nameFrom = nameFrom;
        field.nameTo = nameTo;
        field.valueBytes = literals;
        field.valueFrom = nameTo;
        field.valueTo = valueTo;
        field.kind = kind | FieldKind.ofValue(literals, nameTo, valueTo);
        return true;
    }

    /** Decodes a string behind what is in the literals; its end there, or -1. */
    private int string() {
        if (at >= end) {
            return -1;
        }
        boolean isHuffman = in[at] < 0;
        if (!number(7) || number > end - at) {
            return -1;
        }
        int from = at;
        at += number;
        if (isHuffman) {
            ensure(Huffman.longestDecoded(number));
            literalsEnd = Huffman.decode(in, from, at, literals, literalsEnd);
        } else {
            ensure(number);
            System.arraycopy(in, from, literals, literalsEnd, number);
            literalsEnd += number;
        }
        return literalsEnd;
    }

    private void ensure(int more) {
        if (literals.length - literalsEnd < more) {
            byte[] grown = new byte[Math.max(literals.length * 2, literalsEnd + more)];
            System.arraycopy(literals, 0, grown, 0, literalsEnd);
            literals = grown;
        }
    }

    /** Decodes a number behind a prefix of so many bits (RFC 7541 §5.1); false if it is cut or too large. */
    private boolean number(int prefix) {
        int mask = (1 << prefix) - 1;
        number = in[at++] & mask;
        if (number < mask) {
            return true;
        }
        long value = number;
        for (int shift = 0; shift <= 28 && at < end; shift += 7) {
            byte b = in[at++];
            value += (long) (b & 0x7f) << shift;
            if (b >= 0) {
                number = (int) value;
                return value <= LARGEST_NUMBER;
            }
        }
        return false;
    }

    /** What the table holds, in the bytes that RFC 7541 §4.1 counts. */
    public int tableSize() {
        return table.size();
    }
}
