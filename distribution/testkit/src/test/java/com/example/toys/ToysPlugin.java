package com.example.toys;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** One small extension of each kind that keeps its contract; what the suites are tried on. */
public final class ToysPlugin implements LebaPlugin {
    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(
                new LineProvider(),
                new Listed(),
                new Polled(),
                new Toys.RoundRobin(),
                new Toys.Pong(),
                new Toys.Knock(),
                new Toys.Tag(),
                new Toys.Counting(),
                new Toys.Desk(),
                new Toys.Lonely(),
                new Toys.Password());
    }
}
