package io.leba.kernel.backend;

/** The connections of all loops that wait for re-use. */
@FunctionalInterface
interface IdleConnections {
    /** Closes those to a backend. Any thread; done soon. */
    void drop(BackendEntry entry);
}
