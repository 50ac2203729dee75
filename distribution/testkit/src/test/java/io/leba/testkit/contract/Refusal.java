package io.leba.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import io.leba.spi.Scope;
import io.leba.spi.config.NoConfig;
import io.leba.testkit.waiting.Patience;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.function.Executable;

/** Tries the guards of a suite on extensions that break it. */
public final class Refusal {
    private Refusal() {}

    /** A plugin with one provider. */
    public static LebaPlugin plugin(Provider<?, ?> provider) {
        return () -> List.of(provider);
    }

    /** The guard fails; it does not wait long for what an extension that breaks it never does. */
    public static void assertRefused(Executable guard) {
        assertThrows(AssertionError.class, () -> Patience.lose(Duration.ofSeconds(1), guard::execute));
    }

    /** What a provider without keys makes. */
    public abstract static class Making<T> {
        private final Function<Scope, T> maker;

        protected Making(Function<Scope, T> maker) {
            this.maker = maker;
        }

        public String type() {
            return "trial";
        }

        public Class<NoConfig> configType() {
            return NoConfig.class;
        }

        public T create(NoConfig config, Scope scope) {
            return maker.apply(scope);
        }
    }
}
