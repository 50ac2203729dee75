package io.leba.kernel.plugin;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.util.Enumeration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The loader above a realm's: passes on only what a plugin may see. The JDK's platform loader would not do, it finds the
 * classes of everything on the module path.
 */
final class ScreenedLoader extends ClassLoader {
    private static final Set<String> JDK = ModuleFinder.ofSystem().findAll().stream()
            .map(module -> module.descriptor().name())
            .collect(Collectors.toUnmodifiableSet());

    private final ClassLoader delegate;
    private final Predicate<Module> isVisible;

    private ScreenedLoader(String name, ClassLoader delegate, Predicate<Module> isVisible) {
        super(name, null);
        this.delegate = delegate;
        this.isVisible = isVisible;
    }

    /** The JDK's own classes. What else a named module may use, it requires, and its layer's loader finds. */
    static ClassLoader jdk() {
        return new ScreenedLoader(
                "leba-jdk", ClassLoader.getPlatformClassLoader(), module -> JDK.contains(module.getName()));
    }

    /** What the kernel's loader has, without these modules: for libraries that are not modules. */
    static ClassLoader without(Set<String> modules) {
        return new ScreenedLoader(
                "leba-shared",
                ScreenedLoader.class.getClassLoader(),
                module -> !module.isNamed() || !modules.contains(module.getName()));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        Class<?> found = delegate.loadClass(name);
        if (!isVisible.test(found.getModule())) {
            throw new ClassNotFoundException(name);
        }
        return found;
    }

    @Override
    public URL getResource(String name) {
        return delegate.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return delegate.getResources(name);
    }
}
