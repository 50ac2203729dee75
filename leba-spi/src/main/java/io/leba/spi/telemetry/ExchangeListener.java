package io.leba.spi.telemetry;

import io.leba.spi.OnLoop;

/** Told of finished exchanges, of all protocols. */
@FunctionalInterface
public interface ExchangeListener {
    /**
     * An exchange ended. Must copy what it keeps and return at once; writing to a disk or socket is done elsewhere.
     *
     * @param exchange valid during the call only
     */
    @OnLoop
    void onComplete(CompletedExchange exchange);
}
