package io.leba.plugin.protocol.http.h2.hpack;

/** A decoded field, where its bytes happen to be. One object for all fields: valid until the call that got it returns. */
public final class FieldView {
    byte[] nameBytes;
    int nameFrom;
    int nameTo;
    byte[] valueBytes;
    int valueFrom;
    int valueTo;
    int kind;

    /** A view of nothing. */
    public FieldView() {}

    /** Shows an entry of a table. */
    public void show(byte[] name, byte[] value, int fieldKind) {
        show(name, name.length, value, 0, value.length, fieldKind);
    }

    /** Shows a name that begins its array, and a value. */
    public void show(byte[] name, int nameLength, byte[] value, int from, int to, int fieldKind) {
        nameBytes = name;
        nameFrom = 0;
        nameTo = nameLength;
        valueBytes = value;
        valueFrom = from;
        valueTo = to;
        kind = fieldKind;
    }

    /** Where the name is. */
    public byte[] nameBytes() {
        return nameBytes;
    }

    /** Where the name starts. */
    public int nameFrom() {
        return nameFrom;
    }

    /** Where the name ends. */
    public int nameTo() {
        return nameTo;
    }

    /** Where the value is. */
    public byte[] valueBytes() {
        return valueBytes;
    }

    /** Where the value starts. */
    public int valueFrom() {
        return valueFrom;
    }

    /** Where the value ends. */
    public int valueTo() {
        return valueTo;
    }

    /** What it is: a {@link io.leba.plugin.protocol.http.h2.field.FieldKind}. */
    public int kind() {
        return kind;
    }

    /** Its size as RFC 7541 §4.1 counts. */
    public int size() {
        return nameTo - nameFrom + valueTo - valueFrom + DecoderTable.OVERHEAD;
    }
}
