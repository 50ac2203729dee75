package io.leba.kernel.backend;

import io.leba.kernel.meters.LoopCells;
import io.leba.kernel.meters.MeterScope;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.balance.Balancer;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.control.NodeState.GroupState;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group as long as any generation wants it. The control thread changes members, weights and algorithm, and publishes the
 * outcome in one volatile write; loops pick from what was published last. Neither waits for the other.
 */
public final class GroupRuntime implements Group {
    private static final Logger LOG = LoggerFactory.getLogger(GroupRuntime.class);
    private static final int UNAVAILABLE = 0;
    private static final int BALANCER_ERRORS = 1;
    private static final int IN_FLIGHT = 2;

    private final String name;
    private final String protocol;
    private final Ground ground;
    private final LoopPick[] picks;
    private final LoopCells cells;
    private final MeterScope meters;
    private final GroupHealth health;
    private final GroupNames names;
    private final Map<String, BackendEntry> entries = new LinkedHashMap<>();
    private volatile String home;
    private volatile Snapshot snapshot = Snapshot.EMPTY;
    private volatile GroupSettings settings = GroupSettings.of("", set -> context -> Balancer.NONE);

    /** What loops pick from. */
    record Snapshot(Members members, Balancer balancer, BalancerFailures failures) {
        static final Snapshot EMPTY =
                new Snapshot(Members.NONE, context -> Balancer.NONE, BalancerFailures.uncounted());
    }

    GroupRuntime(String name, String protocol, Ground ground) {
        this.name = name;
        this.home = name;
        this.protocol = protocol;
        this.ground = ground;
        picks = new LoopPick[ground.loops()];
        for (int loop = 0; loop < picks.length; loop++) {
            picks[loop] = new LoopPick(this, loop, ThreadLocalRandom.current().nextLong());
        }
        cells = new LoopCells(ground.loops());
        meters = ground.meters().scope("group " + name);
        meters.sum(
                "leba_group_unavailable", "Picks that found no backend.", () -> cells.sum(UNAVAILABLE), "group", name);
        meters.sum(
                "leba_group_balancer_errors",
                "Picks in which the algorithm failed.",
                () -> cells.sum(BALANCER_ERRORS),
                "group",
                name);
        health = new GroupHealth(ground, this::republish);
        names = new GroupNames(ground, this::addressChanged);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public String spoken() {
        String spoken = settings.spoken();
        return spoken.isEmpty() ? protocol : spoken;
    }

    /** The group whose backends it holds, as operators call it: itself, unless it was made for a single backend of another. */
    String home() {
        return home;
    }

    @Override
    public boolean tellsClients() {
        return settings().proxyProtocol().isPresent();
    }

    @Override
    public boolean isSecure() {
        return settings.tls().isPresent();
    }

    @Override
    public Duration connectTimeout() {
        return settings.connectTimeout();
    }

    @Override
    public int connectRetries() {
        return settings.connectRetries();
    }

    @Override
    @OnLoop
    public Backend pick(Loop loop, ExchangeKeys keys, Tried tried) {
        int index = loop.index();
        BackendEntry entry = picks[index].pick(snapshot, keys, tried);
        if (entry == null) {
            cells.add(index, UNAVAILABLE, 1);
            return null;
        }
        entry.begin(index);
        cells.add(index, IN_FLIGHT, 1);
        tried.add(entry);
        return entry;
    }

    @Override
    @OnLoop
    public void finish(Loop loop, Backend backend, Outcome outcome, long nanos) {
        ((BackendEntry) backend).end(loop.index(), outcome, nanos);
        cells.add(loop.index(), IN_FLIGHT, -1);
    }

    /** Exchanges under way with the group's backends, those that have left included. */
    long inFlight() {
        return cells.sum(IN_FLIGHT);
    }

    @OnLoop
    void balancerFailed(int loop) {
        cells.add(loop, BALANCER_ERRORS, 1);
    }

    /** What loops pick from at this moment. */
    Members members() {
        return snapshot.members();
    }

    GroupSettings settings() {
        return settings;
    }

    String algorithm() {
        return settings.algorithmType();
    }

    /** Prepares a group that holds its own backends. */
    @OnControl
    public Prepared prepare(GroupSettings wanted) {
        return prepare(wanted, name);
    }

    /**
     * Compiles the algorithm over the present members, unless it serves already. Changes nothing.
     *
     * @param of the group whose backends, or one of them, it holds
     * @throws io.leba.spi.config.InvalidConfig if the algorithm refuses
     */
    @OnControl
    public Prepared prepare(GroupSettings wanted, String of) {
        ground.control().requireCurrent();
        Members members = snapshot.members();
        // An algorithm that stays is compiled over these members already.
        Balancer balancer = wanted.policy() == settings.policy()
                ? snapshot.balancer()
                : wanted.policy().compile(members);
        return new Prepared(wanted, of, members, balancer);
    }

    /** Settings that are known to work. */
    public final class Prepared {
        private final GroupSettings wanted;
        private final String of;
        private final Members members;
        private final Balancer balancer;

        private Prepared(GroupSettings wanted, String of, Members members, Balancer balancer) {
            this.wanted = wanted;
            this.of = of;
            this.members = members;
            this.balancer = balancer;
        }

        /** Makes them the group's. */
        @OnControl
        public void commit() {
            ground.control().requireCurrent();
            encrypt(wanted.tls());
            settings = wanted;
            if (!home.equals(of)) {
                home = of;
                entries.values().forEach(GroupRuntime.this::takeOverride);
            }
            health.configure(wanted, entries.values());
            Members now = new Members(List.copyOf(entries.values()));
            if (snapshot.members() == members && now.equalsForPicking(members)) {
                snapshot = new Snapshot(members, balancer, wanted.failures());
            } else {
                publish(now);
            }
        }
    }

    /** Connections that were made in another way are not used again. */
    private void encrypt(Optional<ClientTls> wanted) {
        Optional<ClientTls> before = settings.tls();
        if (!before.equals(wanted)) {
            wanted.ifPresent(ClientTls::retain);
            before.ifPresent(ClientTls::close);
            entries.values().forEach(ground.idle()::drop);
        }
    }

    /** How backends are spoken to in TLS; empty: in the clear. */
    @OnControl
    public Optional<ClientTls> tls() {
        return settings.tls();
    }

    /**
     * No generation has the group any more, but exchanges that began in one that had it may still pick from it: any
     * available backend from now on, as last probed, without its algorithm and check.
     */
    @OnControl
    public void orphan() {
        ground.control().requireCurrent();
        settings = settings.orphaned();
        health.abandon();
        publish(snapshot.members());
    }

    /**
     * Takes the list as the group's members. A backend that is listed as before keeps its identity with all that belongs to
     * it; one that is not listed any more gets no new traffic and finishes what it has. Of two with one name the first
     * counts.
     *
     * @return completes on the control thread when each host name that was not known before has been looked up, found or not
     */
    @OnControl
    public CompletionStage<Void> members(List<BackendSpec> specs) {
        ground.control().requireCurrent();
        Map<String, BackendEntry> before = new LinkedHashMap<>(entries);
        Map<String, BackendSpec> byName = new LinkedHashMap<>();
        for (BackendSpec spec : specs) {
            if (byName.putIfAbsent(spec.nameOrAddress(), spec) != null) {
                LOG.warn("group {}: backend {} is listed twice; the first one counts", name, spec.nameOrAddress());
            }
        }
        entries.clear();
        List<BackendEntry> added = new ArrayList<>();
        boolean differs = false;
        for (BackendSpec spec : byName.values()) {
            String identity = BackendEntry.identity(spec);
            BackendEntry entry = before.remove(identity);
            if (entry == null) {
                entry = new BackendEntry(this, spec, ground.loops());
                entry.availability().override(ground.remembered().override(entry.key()));
                added.add(entry);
            } else {
                differs |= entry.update(spec);
            }
            entries.put(identity, entry);
        }
        before.values().forEach(this::leave);
        CompletionStage<Void> known = names.add(added);
        for (BackendEntry entry : added) {
            entry.measure(ground.meters().scope("backend " + entry));
        }
        health.add(added);
        if (differs) {
            publish(new Members(List.copyOf(entries.values())));
        } else {
            republish();
        }
        return known;
    }

    /** The members, in order. */
    @OnControl
    List<BackendEntry> listed() {
        return List.copyOf(entries.values());
    }

    /** The member of this name, or null. */
    @OnControl
    BackendEntry member(String backend) {
        for (BackendEntry entry : entries.values()) {
            if (entry.name().equals(backend)) {
                return entry;
            }
        }
        return null;
    }

    /** An operator said something of a member: it holds from the next pick on. */
    @OnControl
    void overridden(BackendEntry entry) {
        takeOverride(entry);
        republish();
    }

    private void takeOverride(BackendEntry entry) {
        boolean wasDisabled = entry.availability().isDisabled();
        entry.availability().override(ground.remembered().override(entry.key()));
        boolean isDisabled = entry.availability().isDisabled();
        if (isDisabled && !wasDisabled) {
            health.suspend(entry);
            ground.idle().drop(entry);
        } else if (wasDisabled && !isDisabled) {
            health.add(List.of(entry));
        }
    }

    private void leave(BackendEntry entry) {
        entry.gone();
        health.remove(entry);
        names.remove(entry);
        ground.idle().drop(entry);
    }

    private void addressChanged(BackendEntry entry) {
        ground.idle().drop(entry);
        health.wake(entry);
        republish();
    }

    /** Compiles and publishes anew if anything that matters to a pick has changed. */
    @OnControl
    private void republish() {
        Members now = new Members(List.copyOf(entries.values()));
        if (!now.equalsForPicking(snapshot.members())) {
            publish(now);
        }
    }

    private void publish(Members members) {
        snapshot = new Snapshot(members, compile(members), settings.failures());
    }

    private Balancer compile(Members members) {
        try {
            return settings.policy().compile(members);
        } catch (Throwable e) {
            LOG.error(
                    "group {}: algorithm {} cannot be compiled for {} backends; any available one is taken",
                    name,
                    algorithm(),
                    members.size(),
                    e);
            return context -> context.random(members.size());
        }
    }

    /** The group as operators see it. Any thread. */
    public GroupState state() {
        Members members = snapshot.members();
        List<BackendState> states = new ArrayList<>(members.size());
        for (int i = 0; i < members.size(); i++) {
            states.add(members.backend(i).state(members.weight(i)));
        }
        return new GroupState(name, protocol, algorithm(), states);
    }

    BackendState state(BackendEntry entry) {
        Members members = snapshot.members();
        for (int i = 0; i < members.size(); i++) {
            if (members.backend(i) == entry) {
                return entry.state(members.weight(i));
            }
        }
        return entry.state(0);
    }

    /** Nobody wants it any more. */
    @OnControl
    void retire() {
        List.copyOf(entries.values()).forEach(this::leave);
        entries.clear();
        health.close();
        names.close();
        meters.close();
        settings.tls().ifPresent(ClientTls::close);
        settings = GroupSettings.of("", set -> context -> Balancer.NONE);
        snapshot = Snapshot.EMPTY;
    }
}
