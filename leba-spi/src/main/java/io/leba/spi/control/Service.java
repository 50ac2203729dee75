package io.leba.spi.control;

import io.leba.spi.OnControl;
import io.leba.spi.protocol.ServiceSocket;
import java.util.List;

/**
 * A service of the node. Its life: the kernel binds what it {@link #sockets listens on}, {@link #start}s it, and publishes the
 * generation; when a later generation has another in its place, or none, it is {@link #drain drained}, and its scope closes
 * when its last connection has, or when {@code drain_timeout} has passed.
 */
@FunctionalInterface
public interface Service {
    /** The listening sockets that it wants; asked once. */
    @OnControl
    default List<ServiceSocket> sockets() {
        return List.of();
    }

    /**
     * Starts serving. Called once, before the generation is published; an exception refuses the generation. It stops with
     * its scope.
     */
    @OnControl
    void start(Control control) throws Exception;

    /**
     * New connections go elsewhere from now on: connections that wait are to end soon, those with an answer under way after
     * it. Returns at once.
     */
    @OnControl
    default void drain() {}
}
