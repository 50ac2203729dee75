package io.leba.kernel.traffic;

import io.leba.kernel.meters.MeterHub;
import io.leba.kernel.meters.MeterScope;
import io.leba.kernel.transport.Acceptor;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.kernel.transport.QuicAcceptor;
import io.leba.kernel.transport.tls.ServerTls;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.QuicTerms;
import io.leba.spi.tls.TlsSession;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
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

    private static final Logger LOGGER = LoggerFactory.getLogger(Frontend.class);

    private final String name;
    private final List<KernelLoop> loops;
    private final MeterScope scope;
    private final FrontendMeters meters;
    private final List<View> past = new ArrayList<>();
    private final List<Line> retired = new ArrayList<>();
    private final Undecided[] undecided;
    private final QuicEntrance quic = new QuicEntrance(this);
    private volatile boolean isDetectorBlamed;
    private volatile Mode mode = new Mode(List.of(), Entrance.OPEN);

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
     * @param isSecure whether it is spoken inside TLS
     */
    public record Service(Protocol protocol, Protocol.RouteTable table, Detector detector, boolean isSecure) {}

    /**
     * What a connection passes before a protocol has it.
     *
     * @param tls in front of every protocol; where protocols are detected, in front of the secure ones
     * @param detecting how long a client that is waited for may be silent, where the first bytes decide between protocols
     */
    public record Entrance(Optional<ServerTls> tls, ProxyIn proxy, Optional<Duration> detecting) {
        /** Nothing. */
        public static final Entrance OPEN = new Entrance(Optional.empty(), ProxyIn.OFF, Optional.empty());
    }

    /**
     * Serves a new generation from now on. Lines whose protocol instance is kept get a new view; the others are told to
     * drain.
     *
     * @param services one, unless the entrance detects
     */
    @OnControl
    public void serve(long generation, List<Service> services, Entrance entrance) {
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
            lines.add(new Entry(line, service.detector(), service.isSecure()));
        }
        Optional<ServerTls> old = mode.entrance.tls();
        if (entrance.tls().isPresent()) {
            meters.secure(() -> tls().map(ServerTls::firstExpiry).orElse(Double.NaN));
        }
        mode = new Mode(List.copyOf(lines), entrance);
        if (!old.equals(entrance.tls())) {
            old.ifPresent(ServerTls::close);
        }
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

    /** TLS with its clients; empty: in the clear. */
    public Optional<ServerTls> tls() {
        return mode.entrance.tls();
    }

    /** Takes its meters and certificates away. */
    @OnControl
    public void close() {
        scope.close();
        mode.entrance.tls().ifPresent(ServerTls::close);
    }

    @Override
    @OnLoop
    public void accepted(Channel channel, KernelLoop loop) {
        Mode current = mode;
        if (current.lines.isEmpty() || channel.remoteAddress() == null) {
            channel.close();
            return;
        }
        opened(channel, loop);
        ProxyIn proxy = current.entrance.proxy();
        if (proxy.trusts(channel.remoteAddress())) {
            channel.pipeline().addLast(new ProxyIntake(this, loop, proxy));
        } else if (proxy.isRequired()) {
            refuse(channel, loop, Refusal.PROXY_UNTRUSTED);
        } else {
            Client client = admit(channel, loop, null);
            if (client != null) {
                client.settled();
            }
        }
    }

    /** Counts a connection. */
    @OnLoop
    void opened(Channel channel, KernelLoop loop) {
        meters.opened(loop.index());
        channel.closeFuture().addListener(closed -> meters.closed(loop.index()));
    }

    /** What of these is spoken over QUIC: the first that can be. */
    @OnControl
    public static Optional<QuicTerms> quicTerms(List<Service> services) {
        return services.stream()
                .filter(Service::isSecure)
                .flatMap(service -> service.protocol().quic().stream())
                .findFirst();
    }

    /** It is also served over QUIC, on a UDP port; 0: it is not. Protocols tell their clients. */
    @OnControl
    public void quicPort(int port) {
        mode.lines.forEach(entry -> entry.line.quicPort(port));
    }

    /** Takes connections of QUIC. */
    public QuicAcceptor quic() {
        return quic;
    }

    /**
     * Lets a connection of which is known where it comes from on to what serves now.
     *
     * @param addresses what the PROXY protocol said; null: nothing
     * @return null if its protocol is not known yet, or if it is closed
     */
    @OnLoop
    Client admit(Channel channel, KernelLoop loop, ProxyAddresses addresses) {
        Mode current = mode;
        if (current.lines.isEmpty()) {
            channel.close();
            return null;
        }
        if (current.entrance.detecting().isPresent()) {
            channel.pipeline().addLast(new Detection(this, loop, current, Optional.empty(), addresses));
            return null;
        }
        if (current.entrance.tls().isPresent()) {
            secure(channel, loop, current.entrance.tls().get(), addresses);
            return null;
        }
        return give(channel, loop, current.lines.get(0).line(), Optional.empty(), addresses);
    }

    /** Begins to speak TLS with a client. */
    @OnLoop
    void secure(Channel channel, KernelLoop loop, ServerTls tls, ProxyAddresses addresses) {
        if (undecided[loop.index()].handshakes() >= tls.handshakes().most()) {
            meters.handshake(loop.index(), Handshake.Result.REFUSED);
            channel.close();
            return;
        }
        tls.install(channel, loop);
        channel.pipeline().addLast(new Handshake(this, loop, tls.handshakes().timeout(), addresses));
    }

    /** The handshake is over; what serves now takes the connection. */
    @OnLoop
    void secured(Channel channel, KernelLoop loop, TlsSession session, ProxyAddresses addresses) {
        Mode current = mode;
        if (current.lines.isEmpty()) {
            channel.close();
        } else if (current.entrance.detecting().isPresent()) {
            channel.pipeline().addLast(new Detection(this, loop, current, Optional.of(session), addresses));
        } else {
            Client client = give(channel, loop, current.lines.get(0).line(), Optional.of(session), addresses);
            if (client != null) {
                client.settled();
            }
        }
    }

    /** Gives a connection to a protocol; null, and the connection closed, if that fails. */
    @OnLoop
    Client give(Channel channel, KernelLoop loop, Line line, Optional<TlsSession> tls, ProxyAddresses addresses) {
        Client client = new Client(channel, loop, line, tls, addresses);
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

    /** Closes a connection that no protocol has. */
    @OnLoop
    void refuse(Channel channel, KernelLoop loop, Refusal reason) {
        meters.refused(loop.index(), reason);
        LOGGER.debug("frontend {}: refused a connection from {}: {}", name, channel.remoteAddress(), reason.label());
        channel.close();
    }

    /** A header of the PROXY protocol was none. */
    @OnLoop
    void malformed(Channel channel, String problem) {
        LOGGER.debug(
                "frontend {}: the PROXY protocol header of {} is wrong: {}", name, channel.remoteAddress(), problem);
    }

    /** A handshake has ended. */
    @OnLoop
    void handshake(KernelLoop loop, Handshake.Result result) {
        meters.handshake(loop.index(), result);
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

    /** A line, how its protocol is recognised, and whether it is spoken inside TLS. */
    record Entry(Line line, Detector detector, boolean isSecure) {}

    @OnLoop
    Mode mode() {
        return mode;
    }

    /** What the frontend does at present. */
    record Mode(List<Entry> lines, Entrance entrance) {}
}
