package io.leba.kernel.admin;

import io.leba.kernel.config.ConfigException;
import io.leba.kernel.config.Problem;
import io.leba.kernel.generation.Generations;
import io.leba.kernel.generation.Services;
import io.leba.kernel.state.StateKeeper;
import io.leba.kernel.thread.BackgroundScope;
import io.leba.kernel.transport.ServiceManager;
import io.leba.kernel.upgrade.Estate;
import io.leba.kernel.upgrade.Launch;
import io.leba.kernel.upgrade.Predecessor;
import io.leba.kernel.upgrade.Successor;
import io.leba.spi.OnBackground;
import io.leba.spi.control.Change;
import io.leba.spi.control.Refused;
import io.leba.spi.control.Refused.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this process takes the place of an earlier one at its start, and leaves it to a later one. */
@OnBackground
final class Succession {
    private static final Logger LOGGER = LoggerFactory.getLogger(Succession.class);

    private final Services services;
    private final Generations generations;
    private final Serving serving;
    private final StateKeeper memory;
    private final ServiceManager manager;
    private final Successor successor;
    private final ReentrantLock upgrading = new ReentrantLock();
    private Optional<Predecessor> predecessor = Optional.empty();
    private volatile Launch launch;
    private volatile boolean isLeaving;

    Succession(NodeOptions options, Services services, Generations generations, Serving serving, StateKeeper memory) {
        this.memory = memory;
        this.services = services;
        this.generations = generations;
        this.serving = serving;
        this.manager = ServiceManager.of(options.environment(), services.loops());
        BackgroundScope background = services.background().scope("upgrade");
        this.successor = new Successor(services.loops(), background, options.work());
    }

    /** Starts a node, which an earlier process may have asked for. */
    @FunctionalInterface
    interface Start {
        Node start(Optional<Predecessor> predecessor) throws IOException;
    }

    /** Starts a node; the process that asked for it is told if that fails, and why. */
    static Node starting(NodeOptions options, Start start) throws IOException {
        Optional<Predecessor> found = Predecessor.find(options.environment(), "leba " + Version.text());
        if (found.isEmpty()) {
            return start.start(found);
        }
        try (Predecessor predecessor = found.get()) {
            try {
                return start.start(found);
            } catch (ConfigException e) {
                predecessor.failed(e.problems().stream().map(Problem::toString).toList());
                throw e;
            } catch (IOException | RuntimeException | LinkageError e) {
                predecessor.failed(List.of(Serving.messageOf(e)));
                throw e;
            }
        }
    }

    /** Says how a successor is started. */
    void launchedBy(Launch how) {
        launch = how;
    }

    /** Takes what the earlier process leaves. Before the first generation. */
    void inherit(Optional<Predecessor> from) throws IOException {
        predecessor = from;
        if (from.isPresent()) {
            Estate estate = from.get().fetch(services.loops());
            services.onControl(() -> {
                generations.continueAfter(estate.generation());
                generations.inherit(estate.sockets());
                return null;
            });
            memory.inherit(estate.state());
        }
    }

    /** @throws IOException with the reason, if an earlier process serves, which had better go on */
    void requireAlone(String otherwise) throws IOException {
        if (predecessor.isPresent()) {
            throw new IOException(otherwise);
        }
    }

    /** The first generation stands: the earlier process leaves the traffic to this one, which accepts from now on. */
    void takeOver() throws IOException {
        if (predecessor.isPresent()) {
            predecessor.get().ready();
            services.onControl(() -> {
                generations.release();
                return null;
            });
            LOGGER.info("taken over from process {}", predecessor.get().pid());
            predecessor = Optional.empty();
        }
        manager.tell("READY=1\nMAINPID=" + ProcessHandle.current().pid());
    }

    /**
     * Starts a process that takes this one's place, and begins to leave when it serves.
     *
     * @param home another installation
     * @param leave ends this process in order
     * @throws Refused if that process does not come to serve; this one serves on
     */
    Change upgrade(Optional<Path> home, Runnable leave) {
        Launch how = launch;
        if (how == null) {
            throw new Refused(
                    Reason.CONFLICT,
                    "this process was not started by bin/leba, so it is not known how to start another");
        }
        serving.inTurn(() -> {
            serving.requireFree();
            serving.reserve("an upgrade is under way; try again when it has ended");
            isLeaving = true;
            return null;
        });
        upgrading.lock();
        boolean done = false;
        try {
            byte[] state = memory.handOver();
            Estate estate = services.onControl(() -> new Estate(generations.number(), generations.listening(), state));
            long pid = successor.install(how, home, estate, serving.config().upgradeTimeout());
            done = true;
            manager.tell("MAINPID=" + pid + "\nREADY=1");
            services.onControl(() -> {
                generations.leaveSockets();
                return null;
            });
            LOGGER.info("process {} serves; this one drains and ends", pid);
            Thread leaving = new Thread(leave, "leba-stop");
            leaving.start();
            return new Change(
                    generations.number(),
                    List.of("process " + pid + " serves; process "
                            + ProcessHandle.current().pid() + " drains and ends"));
        } finally {
            if (!done) {
                isLeaving = false;
                memory.resume();
                serving.free();
            }
            upgrading.unlock();
        }
    }

    /** @throws Refused if what is changed now would be lost, because another process takes over */
    void requireStaying() {
        if (isLeaving) {
            throw new Refused(Reason.CONFLICT, "an upgrade is under way; try again when it has ended");
        }
    }

    /** The node stops: an upgrade that is under way is given up, and its process ended. Waits for that. */
    void stop() {
        successor.giveUp("this process is stopping");
        upgrading.lock();
        upgrading.unlock();
        if (!isLeaving) {
            manager.tell("STOPPING=1");
        }
    }
}
