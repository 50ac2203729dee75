package io.leba.kernel.traffic;

import io.leba.spi.OnLoop;

/** A connection that no protocol has yet. */
@OnLoop
interface Pending {
    /** Closes it. */
    void close();

    /** Whether a handshake is under way. */
    default boolean isHandshake() {
        return false;
    }
}
