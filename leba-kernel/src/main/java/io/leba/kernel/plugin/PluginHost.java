package io.leba.kernel.plugin;

import io.leba.kernel.plugin.Composition.Request;
import io.leba.spi.control.PluginInfo;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the jars of a directory as realms. A catalog is never changed: {@link #scan} and {@link #propose} compose the next
 * one beside the one that serves, {@link #adopt} makes it the current one or {@link #discard} forgets it, and {@link
 * #close(Realm)} frees a realm that was left behind once its last exchange has ended. A jar that cannot be used is told in
 * one line and stops no other.
 *
 * <p>One thread at a time, but for {@link #lingering()} and {@link #lingeringRealms()}. Reads and writes files, and runs
 * the plugins' constructors and {@code providers()}.
 */
public final class PluginHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    private final Path plugins;
    private final WorkDirectory work;
    private final LingeringRealms lingering = new LingeringRealms();
    private final Set<Realm> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Path> installedCopies = new HashSet<>();
    private PluginCatalog current = PluginCatalog.empty();

    /**
     * @param plugins the directory of installed jars; need not exist
     * @param work where jars are copied to and opened; made if it does not exist, one for each host of a process
     * @throws IOException if the work directory cannot be used
     */
    public PluginHost(Path plugins, Path work) throws IOException {
        this.plugins = plugins.toAbsolutePath().normalize();
        this.work = new WorkDirectory(work.toAbsolutePath().normalize());
        // a cached jar: connection keeps its file open for the life of the process
        URLConnection.setDefaultUseCaches("jar", false);
        // where Netty cannot have Unsafe it keeps the exception; first used by a plugin, that would hold the plugin's
        // classes
        Objects.requireNonNull(ByteBufAllocator.DEFAULT);
        initialise("io.netty.handler.codec.http.HttpObjectDecoder"); // which keeps an exception likewise
    }

    /** Initialises a class of Netty, where it is installed, before a plugin does. */
    private static void initialise(String name) {
        try {
            Class.forName(name);
        } catch (ClassNotFoundException e) {
            LOG.debug("{} is not installed", name);
        }
    }

    /** The first catalog: scans and adopts. */
    public PluginCatalog open() throws IOException {
        PluginCatalog catalog = scan();
        adopt(catalog);
        return catalog;
    }

    /** The catalog in force. */
    public PluginCatalog catalog() {
        return current;
    }

    /**
     * Composes the catalog that the plugins directory describes now. Realms of the current catalog are kept where nothing
     * that concerns them has changed. A replaced jar that cannot be used, or that breaks a plugin which requires it, leaves
     * the open version in place. The result is to be adopted or discarded.
     */
    public PluginCatalog scan() throws IOException {
        return scan(Map.of());
    }

    /**
     * The same, but plugins in {@code asIs} stay as they are in the current catalog, whatever has become of their jars.
     *
     * @param asIs the reason by plugin id, told in the listing
     */
    public PluginCatalog scan(Map<String, String> asIs) throws IOException {
        Installed installed = new Installed(current);
        DisabledPlugins disabled = new DisabledPlugins(plugins);
        for (PluginPackage plugin : readAll(installed)) {
            if (disabled.contains(plugin.id())) {
                installed.disable(plugin);
            } else {
                installed.add(plugin);
            }
        }
        asIs.forEach(installed::keepAsIs);
        Composition composition = compose(installed, Set.of());
        for (Map<String, String> culprits = culprits(composition, installed);
                !culprits.isEmpty();
                culprits = culprits(composition, installed)) {
            composition.discard();
            culprits.forEach(installed::holdBack);
            composition = compose(installed, Set.of());
        }
        composition.refusals().values().forEach(installed::refuse);
        return new PluginCatalog(composition.realms(), installed.infos(composition.infos()));
    }

    /**
     * Composes the current catalog with a jar in the place of the plugin of the same id, or added to it; it and what
     * requires it is opened anew, also if the jar is the same. The jar need not be in the plugins directory. The result is
     * to be adopted or discarded.
     *
     * @throws PluginRefused if the jar cannot be used, or breaks a plugin that requires it; nothing has changed then
     */
    public PluginCatalog propose(Path jar) throws IOException {
        PluginPackage proposed = read(jar.toAbsolutePath().normalize(), copy -> {});
        Installed installed = new Installed(current);
        installed.add(proposed);
        for (Realm realm : current.realms()) {
            if (!realm.id().equals(proposed.id())) {
                installed.add(realm.plugin());
            }
        }
        Composition composition = compose(installed, Set.of(proposed.id()));
        Optional<PluginRefused> refused = first(composition.refusals(), proposed.id());
        if (refused.isPresent()) {
            composition.discard();
            tidy();
            throw refused.get();
        }
        return new PluginCatalog(composition.realms(), installed.infos(composition.infos()));
    }

    /**
     * Opens a jar beside everything that serves, with its providers asked and checked, to see whether it could be used.
     * The result is to be {@linkplain #close(Realm) closed}.
     *
     * @throws PluginRefused if not
     */
    public Realm trial(Path jar) throws IOException {
        PluginCatalog candidate = propose(jar);
        Path source = jar.toAbsolutePath().normalize();
        Realm trial = candidate.realms().stream()
                .filter(realm -> realm.jar().equals(source) && !isCurrent(realm))
                .findFirst()
                .orElseThrow();
        newRealms(candidate).filter(realm -> realm != trial).forEach(Realm::close);
        return trial;
    }

    /**
     * Makes a candidate the current catalog.
     *
     * @return the realms that were left behind, each to be {@linkplain #close(Realm) closed} when nothing of it runs any
     *     more
     */
    public List<Realm> adopt(PluginCatalog candidate) {
        if (!candidate.realms().stream().allMatch(Realm::isOpen)) {
            throw new IllegalStateException("the catalog was discarded, or composed before another one was adopted");
        }
        List<Realm> left = current.realms().stream()
                .filter(realm -> !candidate.realms().contains(realm))
                .toList();
        report(current, candidate);
        current = candidate;
        tidy();
        return left;
    }

    /** The ids of the plugins that a candidate would open, replace or leave out. */
    public Set<String> changed(PluginCatalog candidate) {
        Set<String> ids = new TreeSet<>();
        newRealms(candidate).forEach(realm -> ids.add(realm.id()));
        current.realms().stream()
                .filter(realm -> !candidate.realms().contains(realm))
                .forEach(realm -> ids.add(realm.id()));
        return ids;
    }

    /** Closes the realms that a candidate has opened. */
    public void discard(PluginCatalog candidate) {
        newRealms(candidate).forEach(Realm::close);
        tidy();
    }

    /**
     * Closes a realm that no exchange uses any more: its files at once, or with the last realm that depends on it; its
     * classes go when nothing refers to them, which {@link #lingering()} tells.
     *
     * @throws IllegalStateException if it belongs to the current catalog
     */
    public void close(Realm realm) {
        if (isCurrent(realm)) {
            throw new IllegalStateException("plugin " + realm + " is in use; adopt a catalog without it first");
        }
        realm.close();
        tidy();
    }

    /** Lets the next {@link #scan} use a plugin again. */
    public void enable(String id) {
        new DisabledPlugins(plugins).enable(id);
    }

    /** Keeps the next {@link #scan}, also in a later process, from using a plugin. */
    public void disable(String id) {
        new DisabledPlugins(plugins).disable(id);
    }

    /** How many closed realms are still in memory; any thread. */
    public int lingering() {
        return lingering.count();
    }

    /** The closed realms that are still in memory, {@code com.example.maglev 1.4}; any thread. */
    public List<String> lingeringRealms() {
        return lingering.names();
    }

    /** Closes every realm. */
    @Override
    public void close() {
        current = PluginCatalog.empty();
        new ArrayList<>(open).forEach(Realm::close);
        tidy();
        work.close();
    }

    private Composition compose(Installed installed, Set<String> reopen) {
        Request request = new Request(installed.inOrder(), installed.unavailable(), reopen);
        return new Composition(request, current, plugins, this::openRealm);
    }

    private Realm openRealm(PluginPackage plugin, List<Realm> dependencies) {
        Realm realm = new Realm(plugin, dependencies, RealmOpener.open(plugin, dependencies), this::bury);
        open.add(realm);
        return realm;
    }

    private void bury(Realm realm, OpenLayer layer) {
        open.remove(realm);
        RecordCaches.forgetPlugins();
        RealmIdentity identity = (RealmIdentity) realm.identity();
        lingering.add(identity, layer.loader());
        layer.unnamedLibraries().ifPresent(loader -> lingering.add(identity, loader));
        try {
            layer.closeFiles();
        } catch (IOException e) {
            LOG.warn("plugin {}: its files could not be closed", realm, e);
        }
    }

    /** The jars of the directory that can be read, those that are open first, then by name. */
    private List<PluginPackage> readAll(Installed installed) throws IOException {
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(plugins)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(plugins, PluginHost::isJar)) {
                files.forEach(jars::add);
            }
        }
        jars.sort(Comparator.<Path, Boolean>comparing(jar -> !isOpen(jar)).thenComparing(Path::getFileName));
        List<PluginPackage> packages = new ArrayList<>();
        installedCopies.clear();
        for (Path jar : jars) {
            try {
                packages.add(read(jar, installedCopies::add));
            } catch (PluginRefused e) {
                installed.fail(e);
            }
        }
        return packages;
    }

    private PluginPackage read(Path jar, Consumer<Path> copy) {
        try {
            WorkDirectory.Unpacked unpacked = work.unpack(jar);
            copy.accept(unpacked.directory());
            return PluginReader.read(jar, unpacked);
        } catch (IOException e) {
            throw new PluginRefused(jar, unreadable(jar, e));
        }
    }

    private static String unreadable(Path jar, IOException e) {
        boolean isJar = e instanceof FileSystemException file && jar.toString().equals(file.getFile());
        if (isJar && e instanceof AccessDeniedException) {
            return "it may not be read by this user; give it permission to";
        }
        if (isJar && e instanceof NoSuchFileException) {
            return Files.isSymbolicLink(jar)
                    ? "it is a symbolic link to " + target(jar)
                            + ", which is not there; put it there or remove the link"
                    : "it is not there any more";
        }
        return "it cannot be read or copied: " + e;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "a file";
        }
    }

    private static boolean isJar(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".") && !Files.isDirectory(file);
    }

    private boolean isOpen(Path jar) {
        return current.realms().stream().anyMatch(realm -> realm.jar().equals(jar));
    }

    private boolean isCurrent(Realm realm) {
        return current.realms().contains(realm);
    }

    private Stream<Realm> newRealms(PluginCatalog candidate) {
        return candidate.realms().stream().filter(realm -> !isCurrent(realm));
    }

    /** Replacements because of which a plugin that serves now could not, with the reason. */
    private Map<String, String> culprits(Composition composition, Installed installed) {
        Map<String, String> culprits = new LinkedHashMap<>();
        composition.refusals().forEach((id, refused) -> {
            if (current.realm(id).isEmpty()) {
                return;
            }
            if (installed.isReplacement(id)) {
                culprits.put(id, refused.problem());
            } else {
                composition.requiredBy(id).stream()
                        .filter(installed::isReplacement)
                        .forEach(culprit -> culprits.put(culprit, "breaks " + refused.getMessage()));
            }
        });
        return culprits;
    }

    private static Optional<PluginRefused> first(Map<String, PluginRefused> refusals, String preferred) {
        return Optional.ofNullable(refusals.get(preferred))
                .or(() -> refusals.values().stream().findFirst());
    }

    /** Keeps the copies of open realms and, so that they are not made again at every scan, of installed jars. */
    private void tidy() {
        Set<Path> inUse = new HashSet<>(installedCopies);
        open.forEach(realm -> inUse.add(realm.plugin().directory()));
        work.retainOnly(inUse);
    }

    /** Tells what is new: what failed, line by line, and a summary. */
    private static void report(PluginCatalog before, PluginCatalog after) {
        List<PluginInfo> infos = after.infos();
        long started =
                infos.stream().filter(info -> info.state().equals("started")).count();
        for (PluginInfo info : infos) {
            if (!info.problem().isEmpty() && !before.infos().contains(info)) {
                LOG.warn("plugin jar {}: {}; the other plugins ({}) work", info.jar(), info.problem(), started);
            }
        }
        LOG.info("plugins: {} started of {} installed", started, infos.size());
    }
}
