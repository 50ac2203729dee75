package io.leba.plugin.balancer.leastconnections;

import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;

/** Where looking at all backends ends and looking at a few begins. */
@Doc("The backend with the fewest exchanges in flight for its weight.")
record LeastConnectionsConfig(
        @Doc("Up to this many available backends all are compared for each pick.")
        @Default("32")
        @Range(min = "1", max = "1024")
        int exactUpTo,

        @Doc("How many backends are drawn at random and compared where there are more than `exact_up_to`.")
        @Default("4")
        @Range(min = "2", max = "16")
        int sample) {}
