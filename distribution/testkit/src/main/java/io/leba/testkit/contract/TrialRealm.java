package io.leba.testkit.contract;

import io.leba.kernel.plugin.PluginHost;
import io.leba.kernel.plugin.Realm;
import io.leba.spi.LebaPlugin;
import io.leba.spi.Provider;
import io.leba.testkit.TestScope;
import io.leba.testkit.node.PluginFiles;
import io.leba.testkit.waiting.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Opens the jar of a plugin in a realm of its own, uses one of its providers, closes the realm, and sees its classes go. */
final class TrialRealm {
    private final Class<? extends LebaPlugin> plugin;
    private final Class<?> kind;
    private final String type;

    TrialRealm(Class<? extends LebaPlugin> plugin, Class<?> kind, String type) {
        this.plugin = plugin;
        this.kind = kind;
        this.type = type;
    }

    /** Whether the JVM can open realms: the SPI and the plugin are modules. */
    boolean isPossible() {
        return ModuleLayer.boot().findModule("io.leba.spi").isPresent()
                && plugin.getModule().isNamed()
                && PluginFiles.isPlugin(PluginFiles.of(plugin));
    }

    /** @param use what is done with what the provider makes, while its scope is open */
    void assertUnloads(String yaml, BiConsumer<Object, TestScope> use) {
        Path folder = temporary();
        try {
            Path jar = PluginFiles.install(PluginFiles.of(plugin), folder.resolve("jar"));
            try (PluginHost host = new PluginHost(folder.resolve("none"), folder.resolve("work"))) {
                useAndClose(host, jar, yaml, use);
                long deadline = System.nanoTime() + Patience.limit().toNanos();
                while (host.lingering() > 0) {
                    if (System.nanoTime() - deadline > 0) {
                        throw new AssertionError("the realm of " + host.lingeringRealms() + " is still in memory "
                                + Patience.limit()
                                + " after it was closed: a thread, a thread local, a static field of"
                                + " a shared library or a callback that was not taken back holds its classes");
                    }
                    System.gc();
                    LockSupport.parkNanos(20_000_000);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(folder);
        }
    }

    /** In a frame of its own, so that no local variable holds anything. */
    private void useAndClose(PluginHost host, Path jar, String yaml, BiConsumer<Object, TestScope> use)
            throws IOException {
        Realm realm = host.trial(jar);
        TestScope scope = new TestScope("trial." + type, 2);
        try {
            Provider<?, ?> provider = realm.providers().stream()
                    .filter(one -> kind.isInstance(one) && one.type().equals(type))
                    .findFirst()
                    .orElseThrow();
            if (provider.getClass() == plugin) {
                throw new AssertionError("the provider does not come from the realm");
            }
            use.accept(Binding.create(provider, yaml, scope), scope);
        } finally {
            scope.close();
            host.close(realm);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("leba-trial");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.sorted(Comparator.reverseOrder()).toList();
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
