package io.leba.plugin.filter.headers;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides the filters {@code headers}, {@code request_id} and {@code traceparent}. */
public final class HeadersPlugin implements LebaPlugin {
    /** For the service loader. */
    public HeadersPlugin() {}

    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new HeadersProvider(), new RequestIdProvider(), new TraceparentProvider());
    }
}
