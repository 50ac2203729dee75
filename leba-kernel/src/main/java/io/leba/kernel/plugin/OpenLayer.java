package io.leba.kernel.plugin;

import io.leba.spi.Provider;
import java.io.IOException;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Optional;

/**
 * What keeps a realm's classes alive.
 *
 * @param layer the module layer
 * @param loader the loader of the layer's modules
 * @param modules the readers of their jars
 * @param unnamedLibraries the loader of libraries that are not modules
 * @param providers what the plugin provides
 */
record OpenLayer(
        ModuleLayer layer,
        ClassLoader loader,
        TrackedModules modules,
        Optional<URLClassLoader> unnamedLibraries,
        List<Provider<?, ?>> providers) {

    /** Closes the jars. */
    void closeFiles() throws IOException {
        try {
            modules.close();
        } finally {
            if (unnamedLibraries.isPresent()) {
                unnamedLibraries.get().close();
            }
        }
    }
}
