package io.leba.spi;

import java.util.List;

/**
 * The entry point of a plugin jar, found by {@link java.util.ServiceLoader} in the jar's own module layer:
 *
 * <pre>{@code
 * module com.example.fancy {
 *     requires io.leba.spi;
 *     provides io.leba.spi.LebaPlugin with com.example.fancy.FancyPlugin;
 * }
 * }</pre>
 *
 * <p>Nothing has to be exported or opened: the kernel opens the packages of the jar to itself, to make configuration
 * records. Libraries travel inside the jar, as {@code META-INF/lib/*.jar}; they become named or automatic modules of the
 * same layer, unless the manifest says {@code LEBA-Libraries: unnamed}. A library that the kernel has as well is taken from
 * the kernel. A plugin may {@code requires} the module of another plugin.
 *
 * <p>Neither the constructor nor {@link #providers()} may have side effects: a new version of a jar is opened beside the
 * running one to try it. Nothing static may outlive the instances that providers create: no static mutable state, no
 * thread, no thread local, no shutdown hook.
 */
public interface LebaPlugin {
    /** What the plugin can make. Called once, on the control thread; the order is the order of listings. */
    @OnControl
    List<Provider<?, ?>> providers();
}
