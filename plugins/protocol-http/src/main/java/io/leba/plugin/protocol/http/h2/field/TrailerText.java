package io.leba.plugin.protocol.http.h2.field;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.hpack.FieldSink;
import io.leba.plugin.protocol.http.h2.hpack.FieldView;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.FieldLine;

/**
 * Writes a trailer section as HTTP/1.1 lines (RFC 9113 §8.1). Fields that frame, route or authenticate are left out, as they are in
 * HTTP/1.1. One loop's, for one section after the other.
 */
public final class TrailerText implements FieldSink {
    private static final int LIMIT = 8 << 10;
    private static final int BOMB = 4;

    private final Bytes name = new Bytes(64);
    private Bytes out;
    private Fault fault;
    private long size;

    /** A writer. */
    public TrailerText() {}

    /** Begins a section, which is written behind what is there. */
    public void begin(Bytes to) {
        out = to;
        fault = null;
        size = 0;
    }

    /** Why decoding was given up: it stops the connection. */
    public boolean isBomb() {
        return size > BOMB * LIMIT;
    }

    @Override
    public boolean field(FieldView field) {
        size += field.size();
        if (isBomb()) {
            return false;
        }
        if (fault == null) {
            fault = take(field);
        }
        return true;
    }

    private Fault take(FieldView field) {
        int kind = field.kind();
        if ((kind & ~FieldKind.BAD_VALUE) == FieldKind.BAD_NAME) {
            return Fault.BAD_FIELD_NAME;
        }
        if (kind >= FieldKind.BAD_VALUE) {
            return Fault.BAD_FIELD_VALUE;
        }
        if (kind >= FieldKind.METHOD && kind <= FieldKind.PROTOCOL) {
            return Fault.BAD_PSEUDO_HEADER;
        }
        if (kind == FieldKind.CONNECTION_SPECIFIC) {
            return Fault.CONNECTION_FIELD;
        }
        if (size > LIMIT) {
            return Fault.BAD_TRAILERS;
        }
        name.clear().put(field.nameBytes(), field.nameFrom(), field.nameTo());
        if (FieldLine.isTrailer(name.array(), name.length())) {
            out.put(name.array(), 0, name.length())
                    .put(':')
                    .put(' ')
                    .put(field.valueBytes(), field.valueFrom(), field.valueTo())
                    .crlf();
        }
        return null;
    }

    /** The block is complete: null, or why it is malformed. What goes on, if anything does, ends with an empty line. */
    public Fault end() {
        if (out.length() > 0) {
            out.crlf();
        }
        return fault;
    }
}
