package io.leba.kernel.backend;

import io.leba.kernel.meters.LoopCells;
import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.meters.MeterScope;
import io.leba.kernel.thread.BackgroundPool;
import io.leba.kernel.thread.BackgroundScope;
import io.leba.kernel.thread.ControlQueue;
import io.leba.kernel.transport.EventLoops;
import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnControl;
import io.leba.spi.control.NodeState.GroupState;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All groups with their backends, and the pools of all loops: what generations come and go over. Changed on the control thread.
 */
public final class BackendRegistry implements AutoCloseable {
    private final Ground ground;
    private final List<KernelLoop> loops;
    private final List<LoopPool> pools = new ArrayList<>();
    private final BackgroundScope background;
    private final MeterScope meters;
    private final Map<String, GroupRuntime> groups = new LinkedHashMap<>();
    private final BackendControl operators;

    /** Gives each loop its pool. */
    public BackendRegistry(EventLoops eventLoops, ControlQueue control, BackgroundPool pool, MeterHub hub) {
        loops = eventLoops.loops();
        background = pool.scope("backends");
        meters = hub.scope("backends");
        LoopCells misuses = new LoopCells(loops.size());
        meters.sum(
                "leba_pool_misuses",
                "Backend connections that a protocol gave back in no state for re-use.",
                () -> misuses.sum(0));
        for (KernelLoop loop : loops) {
            LoopPool made = new LoopPool(loop, loops.size(), eventLoops.dialer(), misuses);
            pools.add(made);
            loop.attach(made);
            loop.everyTick(made::tick);
        }
        Prober prober = new LiveProber(eventLoops.asideLoop(), eventLoops.dialer(), background, control);
        Remembered remembered = new Remembered();
        operators = new BackendControl(control, remembered, () -> List.copyOf(groups.values()));
        ground = new Ground(loops.size(), control, hub, prober, this::resolve, this::drop, remembered);
    }

    /** A group by its name; made if there is none. */
    @OnControl
    public GroupRuntime group(String name, String protocol) {
        ground.control().requireCurrent();
        GroupRuntime group = groups.computeIfAbsent(name, n -> new GroupRuntime(n, protocol, ground));
        if (!group.protocol().equals(protocol)) {
            throw new IllegalArgumentException(
                    "group " + name + " speaks " + group.protocol() + ", it cannot speak " + protocol + " as well");
        }
        return group;
    }

    /** Drops a group that no generation uses any more: probes stop, idle connections close, counters go. */
    @OnControl
    public void retire(GroupRuntime group) {
        ground.control().requireCurrent();
        if (groups.remove(group.name(), group)) {
            group.retire();
        }
    }

    /** The groups, in the order in which they came. */
    @OnControl
    public List<GroupRuntime> groups() {
        ground.control().requireCurrent();
        return List.copyOf(groups.values());
    }

    /** What operators say of backends. */
    public BackendControl operators() {
        return operators;
    }

    /** The groups as operators see them. */
    @OnControl
    public List<GroupState> state() {
        return groups().stream().map(GroupRuntime::state).toList();
    }

    /**
     * Closes the pooled connections that a plugin opened, so that its classes can be unloaded. Connections in use are closed
     * when they are given back. Any thread.
     *
     * @return completes when no loop keeps anything of it
     */
    public CompletionStage<Void> closeOpenersOf(ModuleLayer layer) {
        return closeOpeners(type -> type.getModule().getLayer() == layer);
    }

    /** Closes the pooled connections of all openers whose class is told. Any thread. */
    CompletionStage<Void> closeOpeners(Predicate<Class<?>> retired) {
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int i = 0; i < pools.size(); i++) {
            LoopPool pool = pools.get(i);
            CompletableFuture<Void> one = new CompletableFuture<>();
            done.add(one);
            loops.get(i).execute(() -> {
                pool.closeOpeners(retired);
                one.complete(null);
            });
        }
        return CompletableFuture.allOf(done.toArray(CompletableFuture[]::new));
    }

    /**
     * Completes when no loop acts any more on what was published before the call. Any thread.
     */
    public CompletionStage<Void> loopsPassed() {
        return closeOpeners(type -> false);
    }

    private void drop(BackendEntry entry) {
        for (int i = 0; i < pools.size(); i++) {
            LoopPool pool = pools.get(i);
            loops.get(i).execute(() -> pool.drop(entry));
        }
    }

    private void resolve(String host, Consumer<List<InetAddress>> found, Consumer<String> failed) {
        background.run(() -> {
            List<InetAddress> addresses;
            try {
                addresses = List.of(InetAddress.getAllByName(host));
            } catch (UnknownHostException e) {
                failed.accept("unknown host");
                return;
            }
            found.accept(addresses);
        });
    }

    /** Retires all groups. On the control thread, or when it has stopped. */
    @Override
    public void close() {
        groups.values().forEach(GroupRuntime::retire);
        groups.clear();
        background.close();
        meters.close();
    }
}
