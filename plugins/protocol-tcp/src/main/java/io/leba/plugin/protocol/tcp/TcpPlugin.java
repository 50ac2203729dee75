package io.leba.plugin.protocol.tcp;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** The jar's entry point. */
public final class TcpPlugin implements LebaPlugin {
    /** Called by the service loader. */
    public TcpPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new TcpProvider());
    }
}
