package io.leba.spi.discovery;

import io.leba.spi.OnControl;
import java.util.Map;

/** A source of backends. */
@FunctionalInterface
public interface Discovery {
    /**
     * The groups that it feeds by name, as far as its configuration says so, with the protocol of each. A group named here
     * can be the target of a rule before the first backend was found. Empty for a source that feeds just the group it is
     * written in.
     */
    default Map<String, String> groups() {
        return Map.of();
    }

    /**
     * Starts delivering. Called once, when the generation that the instance belongs to is about to be published.
     * What is known at once (a static list) is delivered during the call, and then serves from the generation's first
     * moment; what takes time goes to the scope's background. Delivery ends when the scope closes.
     */
    @OnControl
    void start(BackendSink sink);
}
