package io.leba.kernel.traffic;

import io.leba.kernel.contain.Quarantine;
import io.leba.spi.OnLoop;
import io.leba.spi.telemetry.CompletedExchange;
import io.leba.spi.telemetry.ExchangeListener;

/** A plugin's listener as protocols see it: it never throws, and is left out while it keeps failing. */
@OnLoop
public final class ContainedListener implements ExchangeListener, Detachable {
    private static final ExchangeListener NOTHING = exchange -> {};

    private final Quarantine quarantine;
    private volatile ExchangeListener listener;

    /**
     * @param listener what is told until {@link #detach}
     * @param quarantine of this listener alone
     */
    public ContainedListener(ExchangeListener listener, Quarantine quarantine) {
        this.listener = listener;
        this.quarantine = quarantine;
    }

    @Override
    public void onComplete(CompletedExchange exchange) {
        if (!quarantine.admits()) {
            return;
        }
        try {
            listener.onComplete(exchange);
            quarantine.succeeded();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            quarantine.failed(e);
        }
    }

    @Override
    public void detach() {
        listener = NOTHING;
    }
}
