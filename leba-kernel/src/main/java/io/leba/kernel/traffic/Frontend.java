package io.leba.kernel.traffic;

import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.meters.MeterScope;
import io.leba.kernel.transport.Acceptor;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.TlsContext;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.tls.TlsSession;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A frontend: takes accepted connections and gives them to the protocol instance that serves in the current generation. It
 * outlives generations with its counters; what it does is replaced as a whole by {@link #serve}.
 */
public final class Frontend implements Acceptor {
    /**
     * How long a connection without an exchange stays when it must end, unless less is asked for: requests that are on their way
     * to it are answered, and the answer says that it is the last.
     */
    public static final Duration LINGER = Duration.ofSeconds(1);

    private static final long HANDSHAKE_MILLIS = 10_000;
    private static final Logger LOGGER = LoggerFactory.getLogger(Frontend.class);

    private final String name;
    private final List<KernelLoop> loops;
    private final MeterScope scope;
    private final FrontendMeters meters;
    private final List<View> past = new ArrayList<>();
    private final List<Line> retired = new ArrayList<>();
    private final Undecided[] undecided;
    private volatile boolean isDetectorBlamed;
    private volatile Mode mode = new Mode(List.of(), Optional.empty());

    /** A frontend that serves nothing yet. */
    public Frontend(String name, List<KernelLoop> loops, MeterHub hub) {
        this.name = name;
        this.loops = List.copyOf(loops);
        this.scope = hub.scope("frontend " + name);
        this.meters = new FrontendMeters(scope, name);
        this.undecided = new Undecided[loops.size()];
        for (int i = 0; i < undecided.length; i++) {
            undecided[i] = new Undecided();
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Open client connections. */
    public long connections() {
        return meters.connections();
    }

    /** Exchanges since the start. */
    public long exchanges() {
        return meters.exchanges();
    }

    /**
     * What one protocol does here in a generation.
     *
     * @param protocol the instance; the same as before if nothing of it changed
     * @param table what it compiled
     * @param detector how it is recognised, where the frontend detects
     */
    public record Service(Protocol protocol, Protocol.RouteTable table, Detector detector) {}

    /**
     * Serves a new generation from now on. Lines whose protocol instance is kept get a new view; the others are told to
     * drain. One service serves every connection; several are told apart by the first bytes.
     *
     * @param tls terminates TLS in front of the protocol
     */
    @OnControl
    public void serve(long generation, List<Service> services, Optional<TlsContext> tls) {
        Map<Protocol, Line> before = new IdentityHashMap<>();
        mode.lines.forEach(entry -> before.put(entry.line.protocol(), entry.line));
        List<Entry> lines = new ArrayList<>();
        for (Service service : services) {
            View view = new View(generation, service.table(), meters, loops.size());
            Line line = before.remove(service.protocol());
            if (line == null) {
                line = new Line(service.protocol(), view, loops.size());
            } else {
                View old = line.view();
                line.view(view);
                past.add(old);
            }
            lines.add(new Entry(line, service.detector()));
        }
        mode = new Mode(List.copyOf(lines), tls);
        for (Line line : before.values()) {
            line.drain(loops, LINGER);
            retired.add(line);
        }
    }

    /**
     * Adds the numbers of the generations before the current one that still have an exchange under way here, or a connection
     * that was accepted for them and not taken over. Exact once every loop has passed since the last {@link #serve}.
     */
    @OnControl
    public void generationsInUse(Set<Long> numbers) {
        past.removeIf(view -> view.active() == 0);
        retired.removeIf(Frontend::isDone);
        past.forEach(view -> numbers.add(view.generation()));
        retired.forEach(line -> numbers.add(line.view().generation()));
    }

    private static boolean isDone(Line line) {
        return line.size() == 0 && line.view().active() == 0;
    }

    /** Whether no connection is open and no exchange under way, of whatever generation. */
    @OnControl
    public boolean isDone() {
        return isIdle()
                && past.stream().allMatch(view -> view.active() == 0)
                && retired.stream().allMatch(Frontend::isDone)
                && mode.lines.stream().allMatch(entry -> isDone(entry.line));
    }

    /** Whether no connection is open. */
    public boolean isIdle() {
        return connections() == 0;
    }

    /**
     * Tells all connections to end after the exchange under way.
     *
     * @param linger how long those without an exchange stay, for the requests that are on their way already
     */
    @OnControl
    public void drain(Duration linger) {
        mode.lines.forEach(entry -> entry.line.drain(loops, linger));
        for (KernelLoop loop : loops) {
            loop.eventLoop().schedule(undecided[loop.index()]::drain, linger.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Open connections of the protocol instances that serve now, other than those given; a moment old. */
    @OnControl
    public long connectionsWithout(Set<Protocol> kept) {
        return mode.lines.stream()
                .map(Entry::line)
                .filter(line -> !kept.contains(line.protocol()))
                .mapToLong(Line::size)
                .sum();
    }

    /**
     * Closes the connections of protocol instances that served up to a generation and serve no more.
     *
     * @return how many
     */
    @OnControl
    public int closeRetired(long generation) {
        int closed = 0;
        for (Line line : retired) {
            if (line.view().generation() <= generation) {
                closed += line.size();
                line.close(loops);
            }
        }
        return closed;
    }

    /** Closes every connection. */
    @OnControl
    public void closeConnections() {
        mode.lines.forEach(entry -> entry.line.close(loops));
        closeRetired(Long.MAX_VALUE);
        for (KernelLoop loop : loops) {
            loop.eventLoop().execute(undecided[loop.index()]::drain);
        }
    }

    /** Takes its meters away. */
    @OnControl
    public void close() {
        scope.close();
    }

    @Override
    @OnLoop
    public void accepted(Channel channel, KernelLoop loop) {
        Mode current = mode;
        if (current.lines.isEmpty() || channel.remoteAddress() == null) {
            channel.close();
            return;
        }
        meters.opened(loop.index());
        channel.closeFuture().addListener(closed -> meters.closed(loop.index()));
        if (current.tls.isPresent()) {
            current.tls.get().install(channel, loop);
            channel.pipeline().addLast(new Handshake(this, loop, HANDSHAKE_MILLIS));
        } else {
            choose(channel, loop, current, Optional.empty());
        }
    }

    /** The handshake is over; what serves now takes the connection. */
    @OnLoop
    void secured(Channel channel, KernelLoop loop, TlsSession session) {
        Mode current = mode;
        if (current.lines.isEmpty()) {
            channel.close();
        } else {
            choose(channel, loop, current, Optional.of(session));
        }
    }

    private void choose(Channel channel, KernelLoop loop, Mode current, Optional<TlsSession> tls) {
        if (current.lines.size() == 1 && current.lines.get(0).detector == Detector.NEVER) {
            Line line = current.lines.get(0).line;
            Client client = give(channel, loop, line, tls);
            if (client != null) {
                line.settled(loop, client);
            }
        } else {
            channel.pipeline().addLast(new Detection(this, loop, current, tls));
        }
    }

    /** Gives a connection to a protocol; null, and the connection closed, if that fails. */
    @OnLoop
    Client give(Channel channel, KernelLoop loop, Line line, Optional<TlsSession> tls) {
        Client client = new Client(channel, loop, line, tls);
        line.opened(loop, client);
        channel.closeFuture().addListener(closed -> line.closed(loop, client));
        try {
            line.protocol().accept(client);
        } catch (RuntimeException | LinkageError e) {
            LOGGER.error("frontend {}: the protocol failed to take a connection; closed", name, e);
            channel.close();
            return null;
        }
        return client;
    }

    @OnLoop
    Undecided undecided(KernelLoop loop) {
        return undecided[loop.index()];
    }

    /** A detector threw: its protocol is not recognised. */
    @OnLoop
    void detectorFailed(Entry entry, Throwable e) {
        if (!isDetectorBlamed) {
            isDetectorBlamed = true;
            LOGGER.error(
                    "frontend {}: {} failed to look at the first bytes of a connection; it is not asked further for"
                            + " such a connection (said once)",
                    name,
                    entry.detector().getClass().getName(),
                    e);
        }
    }

    /** One loop's connections that no protocol has yet: in the handshake of TLS, or of a protocol that nobody knows yet. */
    static final class Undecided {
        private final Set<Pending> pending = new HashSet<>();
        private boolean isDrained;

        /** Adds one; false if it came too late. */
        boolean add(Pending one) {
            return !isDrained && pending.add(one);
        }

        void remove(Pending one) {
            pending.remove(one);
        }

        void drain() {
            isDrained = true;
            List.copyOf(pending).forEach(Pending::close);
        }
    }

    /** A line and how its protocol is recognised. */
    record Entry(Line line, Detector detector) {}

    @OnLoop
    Mode mode() {
        return mode;
    }

    /** What the frontend does at present. */
    record Mode(List<Entry> lines, Optional<TlsContext> tls) {}
}
