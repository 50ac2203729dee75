package io.leba.spi.control;

import io.leba.spi.OnControl;

/** A service of the node. */
@FunctionalInterface
public interface Service {
    /**
     * Starts serving. Called once, before the generation is published; an exception (an address in use) refuses the
     * generation. It stops with its scope.
     */
    @OnControl
    void start(Control control) throws Exception;
}
