package io.leba.kernel.cli;

import io.leba.kernel.admin.Node;
import io.leba.spi.control.Refused;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGUSR2: another process takes this one's place. Installed before anything starts, because the signal would end a process
 * that does not handle it; before the node serves it waits.
 *
 * <p>The JVM uses that signal itself, to suspend its threads for sampling, unless the variable {@code _JAVA_SR_SIGNUM} gives it
 * another one; the launcher does so. Without it the signal is left to the JVM.
 */
final class UpgradeSignal {
    private static final Logger LOGGER = LoggerFactory.getLogger(UpgradeSignal.class);
    private static final String OTHER_SIGNAL = "_JAVA_SR_SIGNUM";

    private Node node;
    private boolean isEarly;

    private UpgradeSignal() {}

    /** Handles the signal from now on, where it can be had. */
    static UpgradeSignal install() {
        UpgradeSignal signal = new UpgradeSignal();
        if (System.getenv(OTHER_SIGNAL) != null) {
            Signals.handle("USR2", number -> signal.received());
        }
        return signal;
    }

    /** Says what the signal replaces; it does so now if it has come already. */
    synchronized void serves(Node started) {
        node = started;
        if (isEarly) {
            received();
        }
    }

    private synchronized void received() {
        Node serving = node;
        isEarly = serving == null;
        if (serving != null) {
            new Thread(() -> upgrade(serving), "leba-upgrade").start();
        }
    }

    private static void upgrade(Node serving) {
        try {
            serving.upgrade(Optional.empty());
        } catch (Refused e) {
            e.problems().forEach(problem -> LOGGER.error("upgrade: {}", problem));
        }
    }
}
