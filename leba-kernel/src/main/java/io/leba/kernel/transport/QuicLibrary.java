package io.leba.kernel.transport;

import io.netty.handler.codec.quic.Quic;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native library that speaks QUIC. Where it is not, everything else serves. */
public final class QuicLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(QuicLibrary.class);
    private static final AtomicBoolean IS_TOLD = new AtomicBoolean();

    private QuicLibrary() {}

    /** Whether it is here; loads it with the first call. That it is not, is told once. */
    public static boolean isHere() {
        return isHere(Quic.unavailabilityCause(), IS_TOLD);
    }

    static boolean isHere(Throwable obstacle, AtomicBoolean isTold) {
        if (obstacle == null) {
            return true;
        }
        if (isTold.compareAndSet(false, true)) {
            Throwable root = obstacle;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            LOG.warn(
                    "nothing is served over QUIC (HTTP/3), because its native library is not here ({}); everything else is"
                            + " served; install LEBA for this platform, or switch it off where it is asked for (said once)",
                    root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage());
        }
        return false;
    }
}
