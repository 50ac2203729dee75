package io.leba.kernel.plugin;

import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import io.leba.spi.protocol.ProtocolProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs a plugin's entry points and checks what they answer. */
final class ProviderCollector {
    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9]*([-_][a-z0-9]+)*");

    private final PluginPackage plugin;

    ProviderCollector(PluginPackage plugin) {
        this.plugin = plugin;
    }

    /** The providers of the entry points that live in {@code layer} itself. */
    List<Provider<?, ?>> collect(ModuleLayer layer) {
        List<Provider<?, ?>> providers = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (LebaPlugin entryPoint : entryPoints(layer)) {
            for (Provider<?, ?> provider : providersOf(entryPoint)) {
                check(entryPoint.getClass().getName(), provider);
                for (String key : ProviderKinds.keys(provider)) {
                    if (!keys.add(key)) {
                        throw plugin.refused("provides " + key + " twice; a type is unique within its kind");
                    }
                }
                providers.add(provider);
            }
        }
        return List.copyOf(providers);
    }

    /**
     * The service loader sees the layer's own modules first and then those of its parents, other plugins' among them: only
     * as many as the layer declares are taken.
     */
    private List<LebaPlugin> entryPoints(ModuleLayer layer) {
        long own = layer.modules().stream()
                .flatMap(module -> module.getDescriptor().provides().stream())
                .filter(provides -> provides.service().equals(LebaPlugin.class.getName()))
                .mapToLong(provides -> provides.providers().size())
                .sum();
        List<LebaPlugin> entryPoints = new ArrayList<>();
        Iterator<LebaPlugin> found = ServiceLoader.load(layer, LebaPlugin.class).iterator();
        while (entryPoints.size() < own) {
            entryPoints.add(guarded("its LebaPlugin cannot be made", found::next));
        }
        return entryPoints;
    }

    private List<Provider<?, ?>> providersOf(LebaPlugin entryPoint) {
        String method = entryPoint.getClass().getName() + ".providers()";
        List<Provider<?, ?>> answer = guarded(method + " failed", entryPoint::providers);
        if (answer == null) {
            throw plugin.refused(method + " returned null; expected a list, empty if there is nothing to provide");
        }
        return guarded(method + " returned a list that cannot be read", () -> new ArrayList<>(answer));
    }

    private void check(String entryPoint, Provider<?, ?> provider) {
        if (provider == null) {
            throw plugin.refused(entryPoint + ".providers() contains null");
        }
        String name = provider.getClass().getName();
        List<Class<?>> kinds = ProviderKinds.of(provider);
        if (kinds.size() != 1) {
            throw plugin.refused(name + " is of several kinds ("
                    + kinds.stream().map(ProviderKinds::word).collect(Collectors.joining(", "))
                    + "); a provider is of one kind");
        }
        requireWord(name + ".type()", provider::type);
        requireRecord(name + ".configType()", provider::configType);
        if (provider instanceof ProtocolProvider<?> protocol) {
            requireRecord(name + ".routeType()", protocol::routeType);
            requireRecord(name + ".groupType()", protocol::groupType);
            if (!"".equals(guarded(name + ".secureType() failed", protocol::secureType))) {
                requireWord(name + ".secureType()", protocol::secureType);
            }
            List<ProtocolProvider.Dialect> dialects = guarded(name + ".dialects() failed", protocol::dialects);
            if (dialects == null) {
                throw plugin.refused(name + ".dialects() must be a list, got null");
            }
            dialects.forEach(dialect -> requireWord(name + ".dialects()", dialect::word));
        }
    }

    private void requireWord(String method, Supplier<String> call) {
        String word = guarded(method + " failed", call);
        if (word == null || !TYPE.matcher(word).matches()) {
            throw plugin.refused(method + " must be lower-case words joined by hyphens or underscores, got "
                    + (word == null ? "null" : "'" + word + "'"));
        }
    }

    private void requireRecord(String method, Supplier<Class<? extends Record>> call) {
        Class<?> type = guarded(method + " failed", call);
        if (type == null || !type.isRecord()) {
            throw plugin.refused(method + " must be a record class, got " + (type == null ? "null" : type.getName())
                    + "; io.leba.spi.config.NoConfig if it takes no keys");
        }
    }

    /** Runs the plugin's code: whatever it throws is its own failure and not the process's. */
    private <T> T guarded(String failure, Supplier<T> call) {
        try {
            return call.get();
        } catch (Throwable e) {
            if (Failures.isFatal(e)) {
                throw e;
            }
            throw plugin.refused(failure + ": " + Failures.describe(e));
        }
    }
}
