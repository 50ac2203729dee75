package io.leba.plugin.protocol.http.h2;

/** Which end of a connection LEBA is. */
public enum Role {
    /** It answers requests. */
    SERVER,
    /** It makes requests. */
    CLIENT
}
