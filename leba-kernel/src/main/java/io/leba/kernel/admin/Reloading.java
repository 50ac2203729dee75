package io.leba.kernel.admin;

import io.leba.kernel.config.ConfigLoader;
import io.leba.kernel.generation.Generations;
import io.leba.spi.OnBackground;
import io.leba.spi.control.Change;
import io.leba.spi.control.Refused;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes over what has changed on disk, asked by an operator or a watcher, and tells in the log what came of it. */
@OnBackground
final class Reloading {
    private static final Logger LOGGER = LoggerFactory.getLogger(Node.class);

    private final Path file;
    private final Serving serving;
    private final ConfigChanges configuration;
    private final PluginChanges plugins;
    private final Generations generations;

    Reloading(Path file, Serving serving, ConfigChanges configuration, PluginChanges plugins, Generations generations) {
        this.file = file;
        this.serving = serving;
        this.configuration = configuration;
        this.plugins = plugins;
        this.generations = generations;
    }

    /**
     * Reads the configuration again.
     *
     * @throws Refused with every problem, which are logged too
     */
    Change reload() {
        ConfigChanges.Reloaded reloaded = reloadLogged();
        if (reloaded.refused().isPresent()) {
            throw reloaded.refused().get();
        }
        return new Change(generations.number(), reloaded.isPublished() ? List.of() : List.of("nothing changed"));
    }

    private ConfigChanges.Reloaded reloadLogged() {
        ConfigChanges.Reloaded reloaded = configuration.reload();
        if (reloaded.refused().isPresent()) {
            List<String> problems = reloaded.refused().get().problems();
            problems.forEach(problem -> LOGGER.error("{}", problem));
            LOGGER.error(
                    "{} problem{}; generation {} keeps serving",
                    problems.size(),
                    problems.size() == 1 ? "" : "s",
                    generations.number());
        } else if (reloaded.isPublished()) {
            LOGGER.info("generation {} serves, from {} ({})", generations.number(), file, generations.phases());
            plugins.configurationChanged();
        } else {
            LOGGER.info("nothing changed; generation {} keeps serving, from {}", generations.number(), file);
        }
        return reloaded;
    }

    /** A file of the configuration has changed: gives what the new reading looked at; empty: ask again later. */
    Optional<Set<Path>> filesChanged() {
        if (!serving.reservedFor().isEmpty()) {
            return Optional.empty();
        }
        ConfigLoader.Attempt attempt = reloadLogged().attempt();
        Set<Path> files = new TreeSet<>(attempt.files());
        files.addAll(attempt.directories());
        return Optional.of(files);
    }

    /** The plugin folder has changed: false: ask again later. */
    boolean pluginsChanged() {
        if (!serving.reservedFor().isEmpty()) {
            return false;
        }
        try {
            plugins.rescan();
        } catch (Refused e) {
            LOGGER.error("the plugin folder could not be taken over: {}; what serves stays", e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            LOGGER.error("the plugin folder could not be taken over; what serves stays", e);
        }
        return true;
    }
}
