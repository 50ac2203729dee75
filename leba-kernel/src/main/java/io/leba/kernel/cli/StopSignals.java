package io.leba.kernel.cli;

/**
 * SIGINT and SIGTERM: the first stops in order, the second at once. Installed before anything starts, so that a signal in the
 * middle of a start is not lost: it stops what was started as soon as that is known.
 *
 * <p>A shutdown hook could not tell the two signals apart, and would run while loggers shut down as well.
 */
final class StopSignals {
    private static final int SIGNAL_BASE = 128;

    private boolean isStopping;
    private Runnable action;

    private StopSignals() {}

    /** Handles the signals from now on. */
    static StopSignals install() {
        StopSignals signals = new StopSignals();
        for (String name : new String[] {"INT", "TERM"}) {
            Signals.handle(name, signals::received);
        }
        return signals;
    }

    /** Says what the first signal does, in a thread of its own; it does so now if the signal has come already. */
    synchronized void onStop(Runnable stop) {
        action = stop;
        if (isStopping) {
            run();
        }
    }

    private synchronized void received(int number) {
        if (isStopping) {
            Runtime.getRuntime().halt(SIGNAL_BASE + number);
        }
        isStopping = true;
        if (action != null) {
            run();
        }
    }

    private void run() {
        new Thread(action, "leba-stop").start();
    }
}
