package io.leba.plugin.protocol.http.h2.hpack;

/** A field that is about to be encoded: its name in lower case, and where its value is. One encoder's, for one field after the other. */
final class EncodedField {
    byte[] name = new byte[64];
    int nameLength;
    byte[] value;
    int valueFrom;
    int valueTo;
    int nameHash;
    int hash;
}
