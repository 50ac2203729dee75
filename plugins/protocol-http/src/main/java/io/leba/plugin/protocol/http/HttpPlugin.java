package io.leba.plugin.protocol.http;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** The plugin: HTTP. */
public final class HttpPlugin implements LebaPlugin {
    /** Does nothing. */
    public HttpPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new HttpProvider());
    }
}
