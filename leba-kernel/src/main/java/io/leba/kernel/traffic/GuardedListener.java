package io.leba.kernel.traffic;

import io.leba.spi.OnLoop;
import io.leba.spi.telemetry.CompletedExchange;
import io.leba.spi.telemetry.ExchangeListener;

/** A plugin's listener as protocols see it. */
@OnLoop
public final class GuardedListener implements ExchangeListener, Detachable {
    private static final ExchangeListener NOTHING = exchange -> {};

    private volatile ExchangeListener listener;

    /** @param listener what is told until {@link #detach} */
    public GuardedListener(ExchangeListener listener) {
        this.listener = listener;
    }

    @Override
    public void onComplete(CompletedExchange exchange) {
        listener.onComplete(exchange);
    }

    @Override
    public void detach() {
        listener = NOTHING;
    }
}
