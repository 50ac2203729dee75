package io.leba.spi.discovery;

import io.leba.spi.OnControl;

/** A source of backends. */
@FunctionalInterface
public interface Discovery {
    /**
     * Starts delivering. Called once, when the generation that the instance belongs to is about to be published.
     * What is known at once (a static list) is delivered during the call, and then serves from the generation's first
     * moment; what takes time goes to the scope's background. Delivery ends when the scope closes.
     */
    @OnControl
    void start(BackendSink sink);
}
