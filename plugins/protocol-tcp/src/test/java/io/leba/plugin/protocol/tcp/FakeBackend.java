package io.leba.plugin.protocol.tcp;

import io.leba.spi.balance.Backend;
import java.net.InetSocketAddress;
import java.util.Map;

/** A backend at an address. */
record FakeBackend(InetSocketAddress address) implements Backend {
    @Override
    public String name() {
        return "127.0.0.1:" + address.getPort();
    }

    @Override
    public String group() {
        return "echo";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Map<String, String> labels() {
        return Map.of();
    }

    @Override
    public int inFlight() {
        return 0;
    }
}
