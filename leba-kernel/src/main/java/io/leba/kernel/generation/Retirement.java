package io.leba.kernel.generation;

import io.leba.kernel.backend.BackendRegistry;
import io.leba.kernel.backend.GroupRuntime;
import io.leba.kernel.generation.Generation.Grouped;
import io.leba.kernel.generation.Instances.Instance;
import io.leba.kernel.plugin.Realm;
import io.leba.kernel.traffic.Frontend;
import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes down what generations leave behind, and nothing sooner. Algorithms, checks and discoveries end as soon as every
 * loop has passed into the next generation, since no exchange holds on to one; services when their last connection has ended. Protocols, filters and listeners live
 * until the exchanges that began with them have ended; at the drain deadline a protocol's connections are closed, and
 * exchanges go on without a filter or listener that is no more. A plugin realm is given free when nothing made of it lives.
 */
@OnControl
final class Retirement {
    private static final Logger LOGGER = LoggerFactory.getLogger(Retirement.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final Services services;
    private final Instances instances;
    private final Collection<Frontend> frontends;
    private final List<Draining> draining = new ArrayList<>();
    private final List<Leaving> leaving = new ArrayList<>();
    private final List<Left> left = new ArrayList<>();
    private final Set<GroupRuntime> groups = new HashSet<>();
    private final ServiceLines lines = new ServiceLines();
    private Generation current;
    private int passing;
    private boolean isScheduled;
    private boolean isStopped;
    private volatile int count;

    /** @param frontends those of the current generation; a live view */
    Retirement(Services services, Instances instances, Collection<Frontend> frontends) {
        this.services = services;
        this.instances = instances;
        this.frontends = frontends;
    }

    /** What exchanges of a replaced generation may still hold on to. */
    private static final class Draining {
        final long number;
        final long deadlineNanos;
        final Set<GroupRuntime> groups = new HashSet<>();
        final Set<Instance> held = new HashSet<>();
        boolean isOverdue;

        Draining(Generation generation, long deadlineNanos) {
            this.number = generation.number();
            this.deadlineNanos = deadlineNanos;
            generation.groups().values().forEach(group -> groups.add(group.runtime()));
            generation.instances().stream().filter(Instance::isHeldByExchanges).forEach(held::add);
        }
    }

    /** A frontend that no generation has any more, and when its connections are closed. */
    private record Leaving(Frontend frontend, long generation, long deadlineNanos) {}

    /** A plugin realm that no generation is built with any more, and who is told when nothing made of it lives. */
    private record Left(Realm realm, Consumer<Realm> free) {}

    /** A generation serves from now on, in the place of another one. */
    void replaced(Generation before, Generation next, long deadlineNanos) {
        current = next;
        next.groups().values().stream().map(Grouped::runtime).forEach(groups::add);
        if (before == null) {
            return;
        }
        Draining old = new Draining(before, deadlineNanos);
        for (GroupRuntime group : old.groups) {
            if (next.groups().values().stream().noneMatch(kept -> kept.runtime() == group)) {
                group.orphan();
            }
        }
        draining.add(old);
        passing++;
        afterEveryLoopPassed(() -> {
            passing--;
            retire();
        });
    }

    /** These services serve from now on; the connections of others are told to end. */
    void services(List<ServiceLine> next, long deadlineNanos) {
        lines.serve(next, deadlineNanos);
    }

    /** The connections of services are told to end. */
    void drainServices() {
        lines.drain();
    }

    /** A frontend is no more: its connections are told to end. */
    void leaves(Frontend frontend, long generation, long deadlineNanos) {
        frontend.drain(Frontend.LINGER);
        leaving.add(new Leaving(frontend, generation, deadlineNanos));
    }

    /** Tells, on this thread, when nothing made of the realm lives any more. */
    void whenFree(Realm realm, Consumer<Realm> free) {
        left.add(new Left(realm, free));
        count++;
        retire();
    }

    /** Runs the task on the control thread once every loop has finished what it was doing when this was called. */
    void afterEveryLoopPassed(Runnable task) {
        List<KernelLoop> loops = services.loops().loops();
        AtomicInteger remaining = new AtomicInteger(loops.size());
        for (KernelLoop loop : loops) {
            loop.eventLoop().execute(() -> {
                if (remaining.decrementAndGet() == 0) {
                    services.control().execute(task);
                }
            });
        }
    }

    /** Closes what nothing runs in any more. Waits for loops that are about to enter a generation. */
    private void retire() {
        if (isStopped || passing > 0) {
            return;
        }
        long now = services.time().nanos();
        Set<Long> inUse = new HashSet<>();
        frontends.forEach(frontend -> frontend.generationsInUse(inUse));
        leaving.removeIf(one -> hasLeft(one, now, inUse));
        draining.removeIf(one -> !inUse.contains(one.number));
        for (Draining one : draining) {
            if (!one.isOverdue && now - one.deadlineNanos >= 0) {
                one.isOverdue = true;
                overdue(one);
            }
        }
        Set<Instance> speaking = lines.inUse(now);
        retireInstances(speaking);
        retireGroups();
        freeRealms();
        count = left.size();
        if ((!draining.isEmpty() || !leaving.isEmpty() || !left.isEmpty() || !speaking.isEmpty()) && !isScheduled) {
            isScheduled = true;
            services.control().after(INTERVAL, () -> {
                isScheduled = false;
                retire();
            });
        }
    }

    private boolean hasLeft(Leaving one, long now, Set<Long> inUse) {
        if (one.frontend().isDone()) {
            one.frontend().close();
            return true;
        }
        inUse.add(one.generation());
        one.frontend().generationsInUse(inUse);
        if (now - one.deadlineNanos() >= 0 && one.frontend().connections() > 0) {
            LOGGER.warn(
                    "frontend {}: {} connections are still open after the drain timeout; closed",
                    one.frontend().name(),
                    one.frontend().connections());
            one.frontend().closeConnections();
        }
        return false;
    }

    private void overdue(Draining one) {
        int closed = 0;
        for (Frontend frontend : frontends) {
            closed += frontend.closeRetired(one.number);
        }
        if (closed > 0) {
            LOGGER.warn(
                    "generation {}: {} connections are still open after the drain timeout; closed", one.number, closed);
        }
        Set<String> without = new TreeSet<>();
        one.held.removeIf(instance -> {
            if (instance.isProtocol()
                    || current.instances().contains(instance)
                    || draining.stream().anyMatch(later -> !later.isOverdue && later.held.contains(instance))) {
                return false;
            }
            instance.detach();
            without.add(instance.path());
            return true;
        });
        if (!without.isEmpty()) {
            LOGGER.warn(
                    "generation {}: exchanges are still under way after the drain timeout; they go on without {}",
                    one.number,
                    String.join(", ", without));
        }
    }

    private void retireInstances(Set<Instance> speaking) {
        Set<Instance> kept = new HashSet<>(current.instances());
        kept.addAll(speaking);
        draining.forEach(one -> kept.addAll(one.held));
        instances.retain(kept);
    }

    private void retireGroups() {
        Set<GroupRuntime> kept = new HashSet<>();
        current.groups().values().forEach(group -> kept.add(group.runtime()));
        draining.forEach(one -> kept.addAll(one.groups));
        BackendRegistry registry = services.registry();
        groups.removeIf(group -> {
            if (kept.contains(group)) {
                return false;
            }
            registry.retire(group);
            return true;
        });
    }

    private void freeRealms() {
        if (left.isEmpty()) {
            return;
        }
        Set<Realm> alive = instances.realms();
        List<Left> free =
                left.stream().filter(one -> !alive.contains(one.realm())).toList();
        left.removeAll(free);
        free.forEach(one -> one.free().accept(one.realm()));
    }

    /** Whether no connection of a frontend that has left is open. */
    boolean isIdle() {
        return leaving.stream().allMatch(one -> one.frontend().isIdle());
    }

    /** Closes the connections of frontends that have left. */
    void closeConnections() {
        leaving.forEach(one -> one.frontend().closeConnections());
    }

    /** How many realms that were left are still in use; any thread, a moment old. */
    int count() {
        return count;
    }

    /** No retiring any more, but for {@link #close}. */
    void stop() {
        isStopped = true;
    }

    /** Closes everything. Traffic must have ended. */
    void close() {
        isStopped = true;
        lines.drain();
        instances.retain(Set.of());
        leaving.forEach(one -> one.frontend().close());
        groups.forEach(services.registry()::retire);
        groups.clear();
        draining.clear();
        leaving.clear();
        left.clear();
    }
}
