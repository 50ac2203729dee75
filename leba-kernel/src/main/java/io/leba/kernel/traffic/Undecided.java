package io.leba.kernel.traffic;

import io.leba.spi.OnLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One loop's connections to a frontend that no protocol has yet. */
@OnLoop
final class Undecided {
    private final Set<Pending> pending = new HashSet<>();
    private int handshakes;
    private boolean isDrained;

    /** Adds one; false if it came too late. */
    boolean add(Pending one) {
        if (isDrained || !pending.add(one)) {
            return false;
        }
        handshakes += one.isHandshake() ? 1 : 0;
        return true;
    }

    void remove(Pending one) {
        if (pending.remove(one)) {
            handshakes -= one.isHandshake() ? 1 : 0;
        }
    }

    /** Handshakes under way. */
    int handshakes() {
        return handshakes;
    }

    void drain() {
        isDrained = true;
        List.copyOf(pending).forEach(Pending::close);
    }
}
