package io.leba.kernel.backend;

import io.leba.kernel.meters.LogLinearHistogram;
import io.leba.kernel.meters.LoopCells;
import io.leba.kernel.meters.MeterScope;
import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.control.NodeState.BackendState;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.protocol.Outcome;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/**
 * A backend as long as it belongs to its group: name and address do not change; weight, priority and labels may. Its counts
 * have a block for each loop, so that a loop writes plain memory of its own.
 */
final class BackendEntry implements Backend {
    private static final int IN_FLIGHT = 0;
    private static final int EXCHANGES = 1;
    private static final int FAILURES = 2;
    private static final int CONNECTS = 3;
    private static final int CONNECT_FAILURES = 4;
    private static final int IDLE = 5;

    private final GroupRuntime owner;
    private final String name;
    private final LoopCells cells;
    private final LogLinearHistogram latency;
    private final Availability availability = new Availability();
    private final Shelf[] shelves;
    private volatile BackendSpec spec;
    private volatile InetSocketAddress address;
    private volatile boolean isGone;
    private MeterScope meters;

    BackendEntry(GroupRuntime owner, BackendSpec spec, int loops) {
        this.owner = owner;
        this.spec = spec;
        name = spec.nameOrAddress();
        address = InetSocketAddress.createUnresolved(spec.address(), spec.port());
        cells = new LoopCells(loops);
        latency = new LogLinearHistogram(loops);
        shelves = new Shelf[loops];
    }

    /** What operators mean when they mean this one. */
    BackendKey key() {
        return new BackendKey(owner.home(), name);
    }

    /** What makes two specs the same backend. */
    static String identity(BackendSpec spec) {
        return spec.nameOrAddress() + '\n' + spec.address() + '\n' + spec.port();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String group() {
        return owner.name();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public int weight() {
        return spec.weight();
    }

    @Override
    public int priority() {
        return spec.priority();
    }

    @Override
    public Map<String, String> labels() {
        return spec.labels();
    }

    @Override
    public int inFlight() {
        return (int) cells.sum(IN_FLIGHT);
    }

    GroupRuntime owner() {
        return owner;
    }

    Availability availability() {
        return availability;
    }

    BackendSpec spec() {
        return spec;
    }

    /** Takes weight, priority and labels from another spec of the same identity; whether anything differs. */
    boolean update(BackendSpec newer) {
        boolean differs = !spec.equals(newer);
        spec = newer;
        return differs;
    }

    void address(InetSocketAddress resolved) {
        address = resolved;
        availability.resolved();
    }

    /** It left the group: what it has is finished, nothing of it is kept for re-use. */
    void gone() {
        isGone = true;
        if (meters != null) {
            meters.close();
        }
    }

    boolean isGone() {
        return isGone;
    }

    /** The idle connections of a loop, the first of a chain; only that loop may. */
    @OnLoop
    Shelf shelf(int loop) {
        return shelves[loop];
    }

    @OnLoop
    void shelf(int loop, Shelf first) {
        shelves[loop] = first;
    }

    @OnLoop
    void begin(int loop) {
        cells.add(loop, IN_FLIGHT, 1);
    }

    @OnLoop
    void end(int loop, Outcome outcome, long nanos) {
        // In this order, so that who reads them the other way round misses none.
        cells.add(loop, EXCHANGES, 1);
        cells.add(loop, IN_FLIGHT, -1);
        if (outcome.isBackendFault()) {
            cells.add(loop, FAILURES, 1);
        }
        if (nanos >= 0) {
            latency.record(loop, nanos);
        }
    }

    @OnLoop
    void connected(int loop) {
        cells.add(loop, CONNECTS, 1);
    }

    @OnLoop
    void connectFailed(int loop) {
        cells.add(loop, CONNECT_FAILURES, 1);
    }

    @OnLoop
    void idle(int loop, int change) {
        cells.add(loop, IDLE, change);
    }

    long idleConnections() {
        return cells.sum(IDLE);
    }

    /** Shows its counts until it is gone. */
    void measure(MeterScope scope) {
        meters = scope;
        String[] labels = {"group", group(), "backend", name};
        meters.sum(
                "leba_backend_exchanges", "Exchanges with the backend that ended.", () -> cells.sum(EXCHANGES), labels);
        meters.sum(
                "leba_backend_failures",
                "Exchanges that failed by the backend's fault.",
                () -> cells.sum(FAILURES),
                labels);
        meters.sum("leba_backend_connects", "Connections opened to the backend.", () -> cells.sum(CONNECTS), labels);
        meters.sum(
                "leba_backend_connect_failures",
                "Connections to the backend that did not come about.",
                () -> cells.sum(CONNECT_FAILURES),
                labels);
        meters.gauge("leba_backend_in_flight", "Exchanges under way with the backend.", this::inFlight, labels);
        meters.gauge(
                "leba_backend_idle_connections",
                "Connections to the backend that wait for re-use.",
                this::idleConnections,
                labels);
        meters.gauge(
                "leba_backend_up",
                "1 if the backend can serve as far as is known, else 0.",
                () -> availability.health().isDown() || !availability.isResolved() ? 0 : 1,
                labels);
        meters.gauge(
                "leba_backend_admin_state",
                "What an operator wants of the backend: 0 ready, 1 drain, 2 disabled.",
                () -> availability.override().admin().ordinal(),
                labels);
        meters.gauge(
                "leba_backend_weight",
                "The backend's weight for new traffic, priority apart.",
                () -> availability.weight(weight()),
                labels);
        meters.show(
                latency, "leba_backend_latency", "From the pick of the backend to the end of the exchange.", labels);
    }

    /** @param effectiveWeight as the group makes it out of this backend and the others */
    BackendState state(int effectiveWeight) {
        BackendOverride override = availability.override();
        String health = availability.isDisabled()
                ? Availability.Health.UNCHECKED.word()
                : availability.isResolved() ? availability.health().word() : "down";
        return new BackendState(
                name,
                hostAndPort(),
                weight(),
                override.weight().isPresent() ? Optional.of(override.weight().getAsInt()) : Optional.empty(),
                effectiveWeight,
                override.admin().word(),
                health,
                availability.isDisabled() ? "" : availability.reason(),
                inFlight(),
                cells.sum(EXCHANGES),
                cells.sum(FAILURES),
                idleConnections());
    }

    private String hostAndPort() {
        InetSocketAddress at = address;
        String host = at.isUnresolved() ? at.getHostString() : at.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + at.getPort();
    }

    /** For logs. */
    @Override
    public String toString() {
        String where = hostAndPort();
        return group() + "/" + name + (name.equals(where) ? "" : " (" + where + ")");
    }
}
