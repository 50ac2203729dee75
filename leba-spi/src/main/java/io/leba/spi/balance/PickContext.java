package io.leba.spi.balance;

import io.leba.spi.OnLoop;

/** What an algorithm may look at when it picks. Valid during the call only; the kernel reuses it. */
@OnLoop
public interface PickContext {
    /** The set that the balancer was compiled from. */
    BackendSet set();

    /** The calling loop's index. */
    int loop();

    /** Whether this exchange has tried the backend already. */
    boolean isExcluded(int index);

    /** A pseudo-random number from 0 to {@code bound - 1}. */
    int random(int bound);

    /**
     * A 64-bit hash ({@link Hash64}) of the exchange's value for the key. If the exchange has none (no such header, a
     * protocol without paths), the hash of the client's IP address.
     */
    long hash(HashKey key);
}
