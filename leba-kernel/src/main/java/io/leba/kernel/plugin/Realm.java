package io.leba.kernel.plugin;

import io.leba.spi.Provider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One plugin jar opened as a module layer of its own: the unit of loading, swapping and unloading. Immutable while open;
 * closed once, on the host's thread, when nothing made by its providers runs any more. A closed realm holds on to none of
 * its classes.
 */
public final class Realm {
    private final PluginPackage plugin;
    private final RealmIdentity identity;
    private final List<Realm> dependencies;
    private final List<Realm> dependents = new ArrayList<>();
    private final Undertaker undertaker;

    private volatile OpenLayer open;
    private boolean closing;

    Realm(PluginPackage plugin, List<Realm> dependencies, OpenLayer open, Undertaker undertaker) {
        this.plugin = plugin;
        this.identity = new RealmIdentity(plugin.label());
        this.dependencies = new ArrayList<>(dependencies);
        this.open = open;
        this.undertaker = undertaker;
        dependencies.forEach(dependency -> dependency.dependents.add(this));
    }

    /** What is told when the files of a realm are closed. */
    interface Undertaker {
        void closed(Realm realm, OpenLayer layer);
    }

    /** The module's name, or the manifest's {@code Plugin-Id}. */
    public String id() {
        return plugin.id();
    }

    /** The module's version; empty if it has none. */
    public String version() {
        return plugin.version();
    }

    /** The jar that was installed; it may have been overwritten since. */
    public Path jar() {
        return plugin.source();
    }

    /** The installed jar's digest, in hexadecimal. */
    public String sha256() {
        return plugin.sha256();
    }

    /**
     * Equal to itself alone, and different for every opening, also of the same jar. It does not lead to the realm's
     * classes, so it may outlive the realm.
     */
    public Object identity() {
        return identity;
    }

    /** Its layer. */
    public ModuleLayer layer() {
        return whileOpen().layer();
    }

    /** What it can make, in the plugin's order. */
    public List<Provider<?, ?>> providers() {
        return whileOpen().providers();
    }

    /** Whether it has not been closed. */
    public boolean isOpen() {
        return open != null;
    }

    /**
     * Closes its files and drops its classes; while realms that depend on it are open, it waits for the last of them. Does
     * nothing the second time.
     */
    public void close() {
        if (!closing) {
            closing = true;
            closeIfUnused();
        }
    }

    PluginPackage plugin() {
        return plugin;
    }

    List<Realm> dependencies() {
        return dependencies;
    }

    ClassLoader loader() {
        return whileOpen().loader();
    }

    private void closeIfUnused() {
        if (!closing || !dependents.isEmpty() || open == null) {
            return;
        }
        OpenLayer layer = open;
        open = null;
        undertaker.closed(this, layer);
        for (Realm dependency : dependencies) {
            dependency.dependents.remove(this);
            dependency.closeIfUnused();
        }
        dependencies.clear();
    }

    private OpenLayer whileOpen() {
        OpenLayer layer = open;
        if (layer == null) {
            throw new IllegalStateException("the realm of plugin " + plugin.label() + " is closed");
        }
        return layer;
    }

    @Override
    public String toString() {
        return plugin.label();
    }
}
