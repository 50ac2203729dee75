package io.leba.plugin.balancer.hash;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Range;

/** What is hashed, and how far a backend may be loaded beyond its share. */
@Doc("The same key goes to the same backend, unless that is loaded beyond its share.")
record ConsistentHashConfig(
        @Doc(value = "What is hashed.", example = "{type: header, name: X-User}") @Default("{type: client-ip}")
        KeyConfig key,

        @Doc(
                "How many times its share of what is in flight a backend may have before its keys go on to the next choice; at least 1.05. 0 = unbounded.")
        @Default("1.25")
        @Range(min = "0", max = "100")
        double loadFactor,

        @Doc(
                "Slots of the hash table, rounded up to a power of two; with 100 slots a backend, shares are off by 7 % (standard deviation). 0 = 65,536 for up to 512 backends, 1,048,576 for more.")
        @Default("0")
        @Range(min = "0", max = "4194304")
        int tableSize) {
    /** Below it, nearly every backend is at its bound and choices run out. */
    private static final double LEAST_FACTOR = 1.05;

    private static final int LEAST_SIZE = 256;

    /** Refuses bounds that are no bounds and tables that are none. */
    ConsistentHashConfig {
        if (loadFactor != 0 && loadFactor < LEAST_FACTOR) {
            throw new InvalidConfig("load_factor", "must be 0 (unbounded) or at least 1.05, got " + loadFactor);
        }
        if (tableSize != 0 && tableSize < LEAST_SIZE) {
            throw new InvalidConfig("table_size", "must be 0 (automatic) or at least 256, got " + tableSize);
        }
    }
}
