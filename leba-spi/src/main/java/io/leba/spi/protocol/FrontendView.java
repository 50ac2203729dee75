package io.leba.spi.protocol;

import io.leba.spi.OnLoop;

/** A frontend as one generation sees it. */
@OnLoop
public interface FrontendView {
    /** What {@link Protocol#compile} made for this generation. */
    Protocol.RouteTable table();

    /**
     * Ends an exchange, with the bytes it moved since {@link ClientConnection#enter()} or the last {@link #moved}.
     *
     * @param bytesIn received from the client
     * @param bytesOut sent to the client
     */
    void exit(Loop loop, Outcome outcome, long bytesIn, long bytesOut);

    /** Counts bytes in the course of a long exchange. */
    void moved(Loop loop, long bytesIn, long bytesOut);
}
