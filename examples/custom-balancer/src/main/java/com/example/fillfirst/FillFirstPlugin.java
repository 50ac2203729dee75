package com.example.fillfirst;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import io.leba.spi.Scope;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.Range;
import java.util.List;

/** Fills one backend up to a limit before the next one gets anything, so that idle ones can be switched off. */
public final class FillFirstPlugin implements LebaPlugin {
    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new FillFirst());
    }

    /** The keys in YAML: {@code algorithm: {type: fill-first, limit: 50}}. */
    @Doc("Fills one backend before the next.")
    record Config(@Doc("Exchanges in flight that fill a backend.") @Default("100") @Range(min = "1") int limit) {}

    static final class FillFirst implements BalancerProvider<Config> {
        @Override
        public String type() {
            return "fill-first";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public BalancerPolicy create(Config config, Scope scope) {
            return set -> pick -> {
                int first = Balancer.NONE;
                for (int i = 0; i < set.size(); i++) {
                    if (set.available(i) && !pick.isExcluded(i)) {
                        if (set.inFlight(i) < config.limit()) {
                            return i;
                        }
                        first = first == Balancer.NONE ? i : first;
                    }
                }
                return first; // all are full
            };
        }
    }
}
