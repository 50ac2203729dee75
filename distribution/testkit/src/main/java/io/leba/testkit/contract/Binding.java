package io.leba.testkit.contract;

import io.leba.kernel.config.Binder;
import io.leba.kernel.config.ConfigLoader;
import io.leba.kernel.config.Problems;
import io.leba.kernel.config.SlotResolver;
import io.leba.spi.Provider;
import io.leba.spi.Scope;

/** Makes configuration records and products from YAML, as the kernel does. */
public final class Binding {
    private Binding() {}

    /**
     * The record for a text, with defaults filled in and every check made. Slots cannot be filled.
     *
     * @param yaml the keys, as an operator writes them below the type
     * @throws RuntimeException with every problem
     */
    public static <C extends Record> C bind(Class<C> type, String yaml) {
        Problems problems = new Problems();
        var document = new ConfigLoader(name -> null).parse(yaml.isBlank() ? "{}" : yaml, "test");
        C config = new Binder(SlotResolver.NONE).bind(document.root(), type, "", problems);
        problems.throwIfAny();
        return config;
    }

    /** Has a provider make its product. */
    public static <C extends Record, T> T create(Provider<C, T> provider, String yaml, Scope scope) {
        return provider.create(bind(provider.configType(), yaml), scope);
    }
}
