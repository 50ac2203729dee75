package io.leba.kernel.contain;

/** Thrown in the place of a call to an extension in quarantine, where the exchange is to fail. */
public final class Quarantined extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The one instance; it has no stack, since it says nothing of where it was thrown. */
    public static final Quarantined INSTANCE = new Quarantined();

    private Quarantined() {
        super("it is in quarantine after repeated failures", null, false, false);
    }
}
