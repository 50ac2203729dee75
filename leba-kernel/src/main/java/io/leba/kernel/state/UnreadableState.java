package io.leba.kernel.state;

/** A state file that cannot be used, with the reason. */
final class UnreadableState extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableState(String reason) {
        super(reason);
    }
}
