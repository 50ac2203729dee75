package io.leba.kernel.admin;

import io.leba.kernel.backend.BackendControl;
import io.leba.kernel.backend.BackendKey;
import io.leba.kernel.backend.BackendRegistry;
import io.leba.kernel.config.Suggestion;
import io.leba.kernel.thread.ControlThread;
import io.leba.spi.OnControl;
import io.leba.spi.control.BackendChange;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.Refused;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes backends at run time. Any thread but the control thread and event loops; each call waits until it is done. */
final class BackendOperations {
    private static final Logger LOGGER = LoggerFactory.getLogger(BackendOperations.class);
    private static final int LOOPS_PATIENCE_SECONDS = 5;
    private static final int LISTED = 50;

    private final BackendRegistry registry;
    private final ControlThread control;

    BackendOperations(BackendRegistry registry, ControlThread control) {
        this.registry = registry;
        this.control = control;
    }

    /** As {@link io.leba.spi.control.Control#backend} says. */
    BackendState change(String group, String backend, BackendChange change) {
        if (change instanceof BackendChange.Weight wanted
                && (wanted.weight() < 0 || wanted.weight() > BackendChange.Weight.MAX)) {
            throw new Refused(
                    Refused.Reason.INVALID,
                    "weight: must be between 0 and " + BackendChange.Weight.MAX + ", got " + wanted.weight());
        }
        if (control.isCurrent()) {
            throw new IllegalStateException("waits for event loops, so not for the control thread");
        }
        BackendKey changed = onControl(() -> {
            BackendKey key = find(group, backend);
            registry.operators().change(key, change);
            return key;
        });
        awaitLoops();
        return onControl(() -> registry.operators().stateOrSaid(changed));
    }

    @OnControl
    private BackendKey find(String group, String backend) {
        BackendControl operators = registry.operators();
        return operators.find(group, backend).orElseThrow(() -> {
            List<String> groups = operators.groupNames();
            return groups.contains(group)
                    ? unknown(
                            "group '" + group + "' has no backend '" + backend + "'",
                            backend,
                            "backends",
                            operators.backendNames(group))
                    : unknown("there is no group '" + group + "'", group, "groups", groups);
        });
    }

    private static Refused unknown(String what, String written, String kind, List<String> known) {
        String list = known.isEmpty() ? "none" : String.join(", ", known.subList(0, Math.min(LISTED, known.size())));
        String rest = known.size() > LISTED ? " and " + (known.size() - LISTED) + " more" : "";
        String hint = Suggestion.hint(written, known);
        return new Refused(
                Refused.Reason.NOT_FOUND, what + hint + (hint.isEmpty() ? "; " : " ") + kind + ": " + list + rest);
    }

    /** A loop that has looked at the old weights just now may still be about to act on them. */
    private void awaitLoops() {
        try {
            registry.loopsPassed().toCompletableFuture().get(LOOPS_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException e) {
            throw new Refused(Refused.Reason.CONFLICT, "the node is stopping");
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.warn("an event loop did not come round within {} s", LOOPS_PATIENCE_SECONDS);
        }
    }

    private <T> T onControl(Callable<T> task) {
        try {
            return control.call(task);
        } catch (RejectedExecutionException e) {
            throw new Refused(Refused.Reason.CONFLICT, "the node is stopping");
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
