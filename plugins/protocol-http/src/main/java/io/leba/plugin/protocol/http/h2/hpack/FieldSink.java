package io.leba.plugin.protocol.http.h2.hpack;

/** Takes fields in the order in which they come. */
@FunctionalInterface
public interface FieldSink {
    /** Takes one; returns whether it wants more. If not, decoding ends, and the connection with it. */
    boolean field(FieldView field);
}
