package io.leba.testkit.control;

import io.leba.spi.control.BackendChange;
import io.leba.spi.control.Change;
import io.leba.spi.control.Control;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.Plan;
import io.leba.spi.control.Refused;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A node that refuses every change; a test says what there is to see, and overrides the changes that it is about. */
public abstract class LookOnlyControl implements Control {
    /** For subclasses. */
    protected LookOnlyControl() {}

    private static Refused refused() {
        return new Refused(Refused.Reason.CONFLICT, "this node is only to be looked at");
    }

    @Override
    public Change reload() {
        throw refused();
    }

    @Override
    public Change apply(Optional<String> text, Optional<Duration> confirmWithin) {
        throw refused();
    }

    @Override
    public Change confirm() {
        throw refused();
    }

    @Override
    public Change rollback() {
        throw refused();
    }

    @Override
    public Change rescanPlugins() {
        throw refused();
    }

    @Override
    public Change reloadPlugin(String id) {
        throw refused();
    }

    @Override
    public Change installPlugin(Path jar) {
        throw refused();
    }

    @Override
    public Change enablePlugin(String id) {
        throw refused();
    }

    @Override
    public Change disablePlugin(String id) {
        throw refused();
    }

    @Override
    public BackendState backend(String group, String backend, BackendChange change) {
        throw refused();
    }

    @Override
    public Plan plan(Optional<String> text) {
        throw refused();
    }

    @Override
    public Change upgrade(Optional<Path> home) {
        throw refused();
    }
}
