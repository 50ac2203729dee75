package io.leba.plugin.protocol.http.h2.hpack;

/** Takes the fields of a message that is to be sent, pseudo-headers first. */
public interface FieldWriter {
    /** Writes {@code :status}. */
    void status(int status);

    /** Writes a field whose name and value are in one array, the name in any case. */
    void field(byte[] a, int nameFrom, int nameTo, int valueFrom, int valueTo);

    /** Writes a field. */
    void field(byte[] name, byte[] value);
}
