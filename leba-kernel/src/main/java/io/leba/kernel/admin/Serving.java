package io.leba.kernel.admin;

import io.leba.kernel.config.ConfigDocument;
import io.leba.kernel.config.ConfigException;
import io.leba.kernel.config.Problem;
import io.leba.kernel.config.Problems;
import io.leba.kernel.generation.Generations;
import io.leba.kernel.generation.NodeConfig;
import io.leba.kernel.generation.Services;
import io.leba.kernel.plugin.PluginCatalog;
import io.leba.kernel.plugin.PluginHost;
import io.leba.kernel.plugin.Realm;
import io.leba.kernel.thread.BackgroundScope;
import io.leba.spi.OnBackground;
import io.leba.spi.control.Refused;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What serves, which is a document and a catalog of plugins, and the one way to put something else in its place. Changes take
 * turns; each runs on a thread that may block, and has the control thread build and publish.
 */
@OnBackground
final class Serving {
    private final Services services;
    private final Generations generations;
    private final PluginHost host;
    private final BackgroundScope background;
    private final ReentrantLock turn = new ReentrantLock(true);
    private ConfigDocument document;
    private boolean serves;
    private volatile NodeConfig config;
    private volatile String reserved = "";

    /** @param document what was read at the start; it does not serve before the first {@link #publish} */
    Serving(Services services, Generations generations, PluginHost host, ConfigDocument document, NodeConfig config) {
        this.services = services;
        this.generations = generations;
        this.host = host;
        this.background = services.background().scope("changes");
        this.document = document;
        this.config = config;
    }

    /** The kernel's root keys in force. Any thread. */
    NodeConfig config() {
        return config;
    }

    /** Whether a generation serves. Only in turn. */
    boolean serves() {
        return serves;
    }

    /** What serves; before the first generation, what is to serve. Only in turn. */
    ConfigDocument document() {
        return document;
    }

    /** Runs a change when it is its turn. */
    <T> T inTurn(Callable<T> change) {
        turn.lock();
        try {
            return change.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new Refused(Refused.Reason.FAILED, messageOf(e));
        } finally {
            turn.unlock();
        }
    }

    /**
     * Keeps others from changing anything until {@link #free}; only in turn.
     *
     * @param why what they are told
     */
    void reserve(String why) {
        reserved = why;
    }

    /** Lets others change things again. */
    void free() {
        reserved = "";
    }

    /** Why nothing may be changed now; empty if something may. Any thread. */
    String reservedFor() {
        return reserved;
    }

    /** @throws Refused if another change has the node to itself */
    void requireFree() {
        if (!reserved.isEmpty()) {
            throw new Refused(Refused.Reason.CONFLICT, reserved);
        }
    }

    /**
     * Builds a generation and publishes it; only in turn.
     *
     * @throws ConfigException with every problem; what served before serves on, and the candidate is not adopted
     */
    void publish(ConfigDocument next, PluginCatalog plugins) {
        config = services.onControl(() -> generations.apply(next, plugins));
        document = next;
        serves = true;
        if (plugins != host.catalog()) {
            List<Realm> left = host.adopt(plugins);
            services.onControl(() -> {
                left.forEach(realm -> generations.whenFree(realm, this::close));
                return null;
            });
        }
    }

    /**
     * Publishes the document with the plugins in force, unless that would change nothing; only in turn.
     *
     * @return whether it was published
     * @throws ConfigException with every problem; what served before serves on
     */
    boolean publishChanges(ConfigDocument next) {
        if (!serves) {
            publish(next, host.catalog());
            return true;
        }
        Optional<NodeConfig> changed = services.onControl(() -> generations.applyChanges(next, host.catalog()));
        changed.ifPresent(now -> {
            config = now;
            document = next;
        });
        return changed.isPresent();
    }

    /** The problems that a generation would have; only in turn. */
    Optional<ConfigException> problems(ConfigDocument next, PluginCatalog plugins) {
        Problems problems = new Problems();
        validate(next, plugins, problems);
        return problems.isEmpty() ? Optional.empty() : Optional.of(new ConfigException(problems));
    }

    /** What is wrong with files or a text: what was found reading them, and what else there is in what could be read. */
    Refused refused(Optional<ConfigDocument> read, Problems problems) {
        read.ifPresent(document -> validate(document, host.catalog(), problems));
        return refused(new ConfigException(problems));
    }

    private void validate(ConfigDocument next, PluginCatalog plugins, Problems problems) {
        services.onControl(() -> {
            generations.validate(next, plugins, problems);
            return null;
        });
    }

    /** Nothing made of the realm lives: its pooled connections go, then its files, then, once collected, its classes. */
    private void close(Realm realm) {
        services.registry()
                .closeOpenersOf(realm.layer())
                .thenRun(() -> background.run(() -> inTurn(() -> {
                    if (realm.isOpen()) {
                        host.close(realm);
                    }
                    return null;
                })));
    }

    static Refused refused(ConfigException e) {
        return new Refused(
                Refused.Reason.INVALID,
                e.problems().stream().map(Problem::toString).toList());
    }

    static String messageOf(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
