package io.leba.spi.discovery;

import java.util.List;

/** Takes what a discovery found. Any thread. */
public interface BackendSink {
    /**
     * All backends there are now. An unchanged list costs nothing. Backends that are gone get no new traffic and finish
     * what they have.
     */
    void deliver(List<BackendSpec> backends);

    /**
     * The source could not be read. The last good list keeps serving; the message is logged once until it changes, and
     * shown with the source's state.
     *
     * @param message what went wrong and where, lower case, no full stop
     */
    void failed(String message);
}
