package io.leba.kernel.plugin;

/** Tells one opened realm from every other, also of the same jar, and does not lead to its classes. */
final class RealmIdentity {
    private final String label;

    RealmIdentity(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
