package io.leba.kernel.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.leba.kernel.backend.BackendControl;
import io.leba.kernel.thread.ControlThread;
import io.leba.spi.Background;
import io.leba.spi.Meters;
import io.leba.spi.OnControl;
import io.leba.spi.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's state in a file: writes it soon after each change and at the stop, and takes it over at the start. Nothing
 * that goes wrong with the file stops the node: what cannot be read is set aside, what cannot be written is tried again.
 */
public final class StateKeeper implements AutoCloseable {
    /** From a change to the write, so that a burst of changes is one write. */
    static final Duration DELAY = Duration.ofMillis(400);

    /** From a write that failed to the next try. */
    static final Duration RETRY = Duration.ofSeconds(5);

    private static final Logger LOGGER = LoggerFactory.getLogger(StateKeeper.class);

    private final Runs control;
    private final Background background;
    private final TimeSource time;
    private final Supplier<SavedState> identity;
    private final List<StateSection> sections;
    private final Map<String, JsonNode> unknown = new HashMap<>();
    private final StateFormat format = new StateFormat();
    private final AtomicBoolean isDue = new AtomicBoolean();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile Optional<StateTarget> target = Optional.empty();
    private SavedState written;
    private StateTarget writtenTo;
    private boolean isFailing;
    private boolean isClosed;
    private boolean isInherited;
    private volatile boolean isSuspended;

    /** Runs a task on the control thread and waits for it. */
    @FunctionalInterface
    interface Runs {
        <T> T call(Callable<T> task) throws Exception;
    }

    /**
     * Keeps nothing before {@link #start}.
     *
     * @param identity the state without sections: version, node and generation at this moment; asked on the control thread
     */
    public StateKeeper(
            ControlThread control,
            Background background,
            TimeSource time,
            Supplier<SavedState> identity,
            BackendControl backends) {
        this(
                control::call,
                background,
                time,
                identity,
                List.of(new OverridesSection(backends), new HealthSection(backends)));
        backends.onChange(this::changed);
    }

    StateKeeper(
            Runs control,
            Background background,
            TimeSource time,
            Supplier<SavedState> identity,
            List<StateSection> sections) {
        this.control = control;
        this.background = background;
        this.time = time;
        this.identity = identity;
        this.sections = List.copyOf(sections);
    }

    /** Counts writes and those that failed. */
    public void measure(Meters meters) {
        meters.gauge("leba_state_writes", "Times that the state file was written.", writes::get);
        meters.gauge("leba_state_write_failures", "Times that the state file could not be written.", failures::get);
    }

    /**
     * Takes over what an earlier process has handed over; the file is not read then. Before {@link #start}; blocks.
     *
     * @param state what {@link #handOver} gave there
     */
    public void inherit(byte[] state) {
        isInherited = true;
        try {
            SavedState saved = format.decode(state, Optional.empty());
            onControl(() -> restore(saved));
        } catch (UnreadableState e) {
            LOGGER.warn("the state of the earlier process {}; the node starts without it", e.getMessage());
        }
    }

    /** The state for a process that takes over, and writes the file. This one writes nothing before {@link #resume}. Blocks. */
    public byte[] handOver() {
        synchronized (this) {
            isSuspended = true;
        }
        return format.encode(onControl(this::collect), time.now(), Optional.empty());
    }

    /** The other process did not take over: the file is kept here again. Any thread. */
    public void resume() {
        isSuspended = false;
        changed();
    }

    /**
     * Takes over what the file holds, unless it was inherited, and keeps it from now on. Before the first generation; blocks.
     *
     * @return the generation at which the earlier run ended; empty if nothing is known of one
     */
    public OptionalLong start(Optional<StateTarget> wanted) {
        target = wanted;
        if (isInherited) {
            return OptionalLong.empty();
        }
        Optional<SavedState> found = wanted.flatMap(this::load);
        found.ifPresent(state -> {
            onControl(() -> restore(state));
            LOGGER.info(
                    "state of {} taken over from {}: generation {}, written by leba {}",
                    state.nodeId(),
                    wanted.get().file(),
                    state.generation(),
                    state.version());
        });
        return found.map(state -> OptionalLong.of(state.generation())).orElse(OptionalLong.empty());
    }

    private Optional<SavedState> load(StateTarget from) {
        StateFile file = new StateFile(from.file());
        try {
            byte[] content = file.read();
            if (content == null) {
                return Optional.empty();
            }
            SavedState state = format.decode(content, from.key());
            String nodeId = onControl(identity::get).nodeId();
            if (!state.nodeId().equals(nodeId)) {
                throw new UnreadableState("belongs to node '" + state.nodeId() + "', and this is '" + nodeId + "'");
            }
            return Optional.of(state);
        } catch (IOException e) {
            setAside(file, "cannot be read: " + e.getMessage());
        } catch (UnreadableState e) {
            setAside(file, e.getMessage());
        }
        return Optional.empty();
    }

    private void setAside(StateFile file, String reason) {
        try {
            Path aside = file.setAside(time.now());
            LOGGER.warn(
                    "state file {} {}; it is set aside as {}, and the node starts without it",
                    file,
                    reason,
                    aside.getFileName());
        } catch (IOException e) {
            LOGGER.warn("state file {} {}; the node starts without it, and it stays where it is: {}", file, reason, e);
        }
    }

    @OnControl
    private Void restore(SavedState state) {
        Map<String, JsonNode> left = new HashMap<>(state.sections());
        for (StateSection section : sections) {
            JsonNode saved = left.remove(section.name());
            if (saved != null) {
                try {
                    section.restore(saved);
                } catch (RuntimeException e) {
                    LOGGER.warn("the state file's section {} is left out: {}", section.name(), e.getMessage());
                }
            }
        }
        unknown.putAll(left);
        return null;
    }

    /**
     * Keeps the state elsewhere, or with another key, or no more; and writes it soon. What is there already is replaced, not
     * read. Any thread.
     */
    public void use(Optional<StateTarget> wanted) {
        target = wanted; // without the lock: a write holds it while it waits for the control thread
        changed();
    }

    /** Something of the state is not as it was: it is written soon. Any thread. */
    public void changed() {
        if (target.isPresent() && isDue.compareAndSet(false, true)) {
            background.after(DELAY, this::write);
        }
    }

    private void write() {
        isDue.set(false);
        synchronized (this) {
            StateTarget to = target.orElse(null);
            if (isClosed || isSuspended || to == null) {
                return;
            }
            SavedState now = onControl(this::collect);
            if (now.generation() == 0 || now.equals(written) && to.equals(writtenTo)) {
                return;
            }
            try {
                new StateFile(to.file()).write(format.encode(now, time.now(), to.key()));
                writes.incrementAndGet();
                written = now;
                writtenTo = to;
                if (isFailing) {
                    isFailing = false;
                    LOGGER.info("state file {} is written again", to.file());
                }
            } catch (IOException e) {
                failures.incrementAndGet();
                if (!isFailing) {
                    isFailing = true;
                    LOGGER.warn(
                            "state file {} cannot be written: {}; it is tried again every {} s, and a restart will not know"
                                    + " what changes until then",
                            to.file(),
                            e.toString(),
                            RETRY.toSeconds());
                }
                if (isDue.compareAndSet(false, true)) {
                    background.after(RETRY, this::write);
                }
            }
        }
    }

    @OnControl
    private SavedState collect() {
        SavedState now = identity.get();
        Map<String, JsonNode> all = new HashMap<>(unknown);
        for (StateSection section : sections) {
            try {
                all.put(section.name(), section.save());
            } catch (RuntimeException e) {
                LOGGER.error("the section {} of the state cannot be saved", section.name(), e);
            }
        }
        return new SavedState(now.version(), now.nodeId(), now.generation(), all);
    }

    private <T> T onControl(Callable<T> task) {
        try {
            return control.call(task);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Writes what has not been written yet, and nothing more afterwards. While groups are still there. Whoever passes the node's
     * work on to another process calls this first, so that only one of them writes.
     */
    @Override
    public void close() {
        try {
            write();
        } catch (RuntimeException e) {
            LOGGER.warn("the state was not written at the stop", e);
        }
        synchronized (this) {
            isClosed = true;
        }
    }
}
