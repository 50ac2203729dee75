package io.leba.plugin.protocol.http.h2.hpack;

/** Fields that are to be sent, pseudo-headers first. */
@FunctionalInterface
public interface FieldSource {
    /** Writes them all. */
    void writeTo(HpackEncoder encoder);
}
