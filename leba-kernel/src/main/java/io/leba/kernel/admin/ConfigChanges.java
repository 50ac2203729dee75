package io.leba.kernel.admin;

import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.config.ConfigException;
import io.leba.kernel.config.ConfigLoader;
import io.leba.kernel.config.Problems;
import io.leba.kernel.generation.Generations;
import io.leba.kernel.generation.Services;
import io.leba.kernel.plugin.PluginHost;
import io.leba.kernel.thread.BackgroundScope;
import io.leba.spi.Background.Cancellable;
import io.leba.spi.OnBackground;
import io.leba.spi.control.Change;
import io.leba.spi.control.Plan;
import io.leba.spi.control.Refused;
import io.leba.spi.control.Refused.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes of the configuration: read again, applied from a new text, and taken back unless confirmed in time. */
@OnBackground
final class ConfigChanges {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConfigChanges.class);

    private final Path file;
    private final ConfigLoader loader;
    private final Serving serving;
    private final PluginHost host;
    private final Generations generations;
    private final Services services;
    private final BackgroundScope background;
    private Unconfirmed unconfirmed;

    ConfigChanges(
            Path file,
            ConfigLoader loader,
            Serving serving,
            PluginHost host,
            Generations generations,
            Services services) {
        this.file = file;
        this.loader = loader;
        this.serving = serving;
        this.host = host;
        this.generations = generations;
        this.services = services;
        this.background = services.background().scope("configuration");
    }

    /**
     * A configuration that serves on trial.
     *
     * @param before what comes back if it is not confirmed
     * @param written the new text of the file, beside it until it is confirmed; empty: the file holds it already
     * @param timeout takes it back
     */
    private record Unconfirmed(ConfigDocument before, Optional<ConfigFile.Staged> written, Cancellable timeout) {}

    /** What was read, for those who watch its files; whether it changed anything, and if not, whether it was refused. */
    record Reloaded(ConfigLoader.Attempt attempt, boolean isPublished, Optional<Refused> refused) {}

    /** Reads the files again and publishes what they say. Never throws; what is wrong is in the result. */
    Reloaded reload() {
        return serving.inTurn(() -> {
            ConfigLoader.Attempt attempt = loader.attempt(file);
            try {
                serving.requireFree();
                if (!attempt.problems().isEmpty()) {
                    throw serving.refused(attempt.document(), attempt.problems());
                }
                return new Reloaded(
                        attempt, serving.publishChanges(attempt.document().orElseThrow()), Optional.empty());
            } catch (ConfigException e) {
                return new Reloaded(attempt, false, Optional.of(Serving.refused(e)));
            } catch (Refused e) {
                return new Reloaded(attempt, false, Optional.of(e));
            }
        });
    }

    /** What a text of the file, or the files as they are, would change. */
    Plan plan(Optional<String> text) {
        return serving.inTurn(() -> {
            ConfigDocument next = read(text);
            try {
                return services.onControl(() -> generations.plan(next, host.catalog()));
            } catch (ConfigException e) {
                throw Serving.refused(e);
            }
        });
    }

    private void publish(ConfigDocument document) {
        try {
            serving.publish(document, host.catalog());
        } catch (ConfigException e) {
            throw Serving.refused(e);
        }
    }

    /**
     * Publishes a new text of the configuration file, and writes it there.
     *
     * @param text the text; empty: what the files hold now
     * @param confirmWithin if given, it is taken back after this time unless {@link #confirm} is called, and written then
     * @throws Refused with every problem; nothing has changed then
     */
    Change apply(Optional<String> text, Optional<Duration> confirmWithin) {
        return serving.inTurn(() -> {
            serving.requireFree();
            ConfigDocument before = serving.document();
            ConfigDocument next = read(text);
            Optional<ConfigFile.Staged> staged = Optional.empty();
            boolean done = false;
            try {
                if (text.isPresent()) {
                    staged = Optional.of(ConfigFile.stage(file, text.get()));
                }
                publish(next);
                done = true;
            } finally {
                if (!done) {
                    staged.ifPresent(ConfigFile.Staged::discard);
                }
            }
            if (confirmWithin.isEmpty()) {
                return new Change(generations.number(), written(staged));
            }
            Duration within = confirmWithin.get();
            unconfirmed = new Unconfirmed(before, staged, background.after(within, this::notConfirmed));
            serving.reserve("generation " + generations.number()
                    + " awaits confirmation; 'leba confirm' keeps it, 'leba" + " rollback' takes it back");
            return new Change(
                    generations.number(),
                    List.of("it is taken back in " + within.toSeconds() + " s unless confirmed ('leba confirm')"));
        });
    }

    private ConfigDocument read(Optional<String> text) {
        Problems problems = new Problems();
        Optional<ConfigDocument> document =
                text.isPresent() ? loader.load(file, text.get(), problems) : loader.load(file, problems);
        if (!problems.isEmpty()) {
            throw serving.refused(document, problems);
        }
        return document.orElseThrow();
    }

    private List<String> written(Optional<ConfigFile.Staged> staged) throws java.io.IOException {
        if (staged.isEmpty()) {
            return List.of();
        }
        staged.get().commit();
        return List.of("written to " + file);
    }

    /** Keeps what was applied, and writes it to the configuration file. */
    Change confirm() {
        return serving.inTurn(() -> {
            Unconfirmed one = take();
            return new Change(generations.number(), written(one.written()));
        });
    }

    /** Takes back what was applied: the configuration before it serves again, as a new generation. */
    Change rollback() {
        return serving.inTurn(() -> {
            Unconfirmed one = take();
            one.written().ifPresent(ConfigFile.Staged::discard);
            publish(one.before());
            LOGGER.info("generation {} serves, which is the configuration before", generations.number());
            return new Change(
                    generations.number(),
                    one.written().isPresent()
                            ? List.of()
                            : List.of("the files still hold what was taken back; they are not read again until they"
                                    + " change"));
        });
    }

    private Unconfirmed take() {
        Unconfirmed one = unconfirmed;
        if (one == null) {
            throw new Refused(Reason.CONFLICT, "nothing awaits confirmation");
        }
        unconfirmed = null;
        one.timeout().close();
        serving.free();
        return one;
    }

    private void notConfirmed() {
        try {
            LOGGER.warn("generation {} was not confirmed in time and is taken back", generations.number());
            rollback();
        } catch (Refused e) {
            if (e.reason() != Reason.CONFLICT) {
                LOGGER.error(
                        "it could not be taken back: {}; generation {} keeps serving",
                        e.getMessage(),
                        generations.number());
            }
        }
    }
}
