package ${package};

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import java.util.List;

/** Provides {@code ${type}}. */
public final class ${className}Plugin implements LebaPlugin {
    @Override
    public List<Provider<?, ?>> providers() {
        return List.of(new ${className}Provider());
    }
}
