package io.leba.kernel.traffic;

import java.util.Locale;

/** Why a connection is closed before a protocol has it. Lower case, it is the label {@code reason} of the metric. */
enum Refusal {
    /** It comes from somebody who may not say who the client is, where everybody has to. */
    PROXY_UNTRUSTED,
    /** It does not begin with the header of the PROXY protocol. */
    PROXY_MISSING,
    /** Its header is none. */
    PROXY_MALFORMED,
    /** Its header took too long. */
    PROXY_TIMEOUT,
    /** No protocol recognises its first bytes. */
    UNRECOGNISED,
    /** It did not say enough for a protocol to recognise it, for too long. */
    DETECT_TIMEOUT;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
