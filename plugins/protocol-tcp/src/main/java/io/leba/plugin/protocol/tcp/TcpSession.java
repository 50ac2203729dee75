package io.leba.plugin.protocol.tcp;

import io.leba.plugin.protocol.tcp.TcpProtocol.Backward;
import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.balance.Hash64;
import io.leba.spi.balance.HashKey;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import io.leba.spi.telemetry.ExchangeListener;
import io.netty.handler.ssl.SslHandler;
import java.util.List;

/**
 * One client connection from its acceptance to its end: finds a backend that can be connected, joins the two connections, and
 * keeps the account. The client is not read before a backend is there. A client whose connection LEBA cannot serve is reset,
 * so that it does not take an empty answer for a good one.
 */
@OnLoop
final class TcpSession implements ConnectionPool.OnConnect<Backward>, Group.ExchangeKeys {
    private final TcpProtocol protocol;
    private final ClientConnection client;
    private final Loop loop;
    private final Side front;
    private final Tried tried = new Tried();
    private final TcpExchange exchange = new TcpExchange(this);
    private FrontendView view;
    private TcpRoutes routes;
    private TcpRoutes.Target target;
    private HelloReader reader;
    private ClientHello hello;
    private Loop.Deadline patience;
    private Side back;
    private DirectRelay relay;
    private Backend backend;
    private Loop.Deadline idle;
    private Loop.Deadline whole;
    private long startMillis;
    private long startNanos;
    private long pickNanos;
    private long connectedNanos = -1;
    private long firstByteNanos = -1;
    private long endNanos;
    private long bytesIn;
    private long bytesOut;
    private Outcome outcome;
    private String reason = "";

    TcpSession(TcpProtocol protocol, ClientConnection client, Side front) {
        this.protocol = protocol;
        this.client = client;
        this.loop = client.loop();
        this.front = front;
    }

    /** Starts as soon as the client is who it says: in TLS after the handshake. */
    void begin() {
        SslHandler tls = front.channel().pipeline().get(SslHandler.class);
        if (tls == null) {
            enter();
            return;
        }
        tls.handshakeFuture().addListener(shaken -> {
            if (shaken.isSuccess()) {
                enter();
            } else {
                front.close();
            }
        });
        front.channel().read();
    }

    private void enter() {
        startMillis = protocol.time().now().toEpochMilli();
        startNanos = protocol.time().nanos();
        front.belongsTo(this);
        view = client.enter();
        routes = (TcpRoutes) view.table();
        protocol.config().sessionTimeout().ifPresent(limit -> {
            whole = loop.deadline(() -> expire("session_timeout"));
            whole.arm(limit.toMillis());
        });
        if (!routes.goByHello()) {
            go();
        } else if (client.isSecure()) {
            hello = client.tls()
                    .map(tls -> new ClientHello(tls.serverName(), List.of(tls.applicationProtocol())))
                    .orElse(null);
            go();
        } else {
            reader = new HelloReader();
            patience = loop.deadline(this::hasWaited);
            patience.arm(protocol.config().clientHelloTimeout().toMillis());
            client.onDrain(this::isDrained);
            front.listen(this::heard);
        }
    }

    /** The client has said something, before anybody knows where it is to go, or that it will say no more. */
    private void heard() {
        HelloReader.Found found = front.early() == null ? HelloReader.Found.MORE : reader.read(front.early());
        switch (found) {
            case MORE -> {
                if (front.hasInputEnded()) {
                    hasWaited();
                }
            }
            case HELLO -> {
                hello = reader.hello();
                goOn();
            }
            case NO_TLS -> goOn();
            case MALFORMED -> fail(Outcome.CLIENT_ERROR, "client_hello_malformed");
            case TOO_LARGE -> fail(Outcome.CLIENT_ERROR, "client_hello_too_large");
        }
    }

    /** A client that has said nothing waits for the server, perhaps. */
    private void hasWaited() {
        if (front.early() == null) {
            goOn();
        } else {
            fail(Outcome.CLIENT_ERROR, "client_hello_timeout");
        }
    }

    /** No backend has heard of it: there is nothing to finish. */
    private void isDrained() {
        if (reader != null) {
            end(Outcome.CLIENT_ABORTED, "drained", false);
            front.close();
        }
    }

    private void goOn() {
        front.stopListening();
        patience.close();
        reader = null;
        go();
    }

    private void go() {
        target = routes.find(hello);
        if (target.group().isEmpty()) {
            fail(Outcome.UNAVAILABLE, "no_group");
        } else {
            connect(target.group().get());
        }
    }

    private void connect(Group group) {
        pickNanos = protocol.time().nanos();
        Backend picked = group.pick(loop, this, tried);
        if (picked == null) {
            if (tried.size() == 0) {
                fail(Outcome.UNAVAILABLE, "no_backend");
            } else {
                fail(Outcome.CONNECT_FAILED, "connect_failed");
            }
            return;
        }
        backend = picked;
        client.pool().connect(group, backend, protocol.opener(), this);
    }

    @Override
    public void connected(Backward connection) {
        if (outcome != null) {
            connection.side().close();
            return;
        }
        connectedNanos = protocol.time().nanos();
        back = connection.side();
        back.belongsTo(this);
        idle = loop.deadline(() -> expire("idle_timeout"));
        idle.arm(protocol.config().idleTimeout().toMillis());
        if (DirectRelay.canJoin(front, back)) {
            relay = new DirectRelay(this, protocol.tools(loop), front, back);
            relay.begin();
        } else {
            Side.join(front, back);
        }
    }

    @Override
    public void failed(Throwable cause, boolean isTimeout) {
        if (outcome != null) {
            return;
        }
        Group group = target.group().orElseThrow();
        group.finish(loop, backend, Outcome.CONNECT_FAILED, -1);
        protocol.logger().debug("cannot connect to backend {} of group {}", backend.name(), group.name(), cause);
        if (tried.size() > group.connectRetries()) {
            fail(Outcome.CONNECT_FAILED, isTimeout ? "connect_timeout" : "connect_failed");
        } else {
            connect(group);
        }
    }

    /** What balancing by client goes by. */
    @Override
    public long hash(HashKey key) {
        if (key.kind() != HashKey.Kind.CLIENT_IP) {
            return ABSENT;
        }
        long hash = Hash64.of(client.clientAddress().getAddress().getAddress());
        return hash == ABSENT ? 1 : hash;
    }

    boolean maySplice() {
        return protocol.config().splice() == TcpConfig.Splice.AUTO;
    }

    boolean isFront(Side side) {
        return side == front;
    }

    /**
     * Bytes came from one of the two ends.
     *
     * @param spliced how many of them never entered the process
     */
    void moved(boolean isFromClient, long bytes, long spliced) {
        if (isFromClient) {
            bytesIn += bytes;
            view.moved(loop, bytes, 0);
        } else {
            if (firstByteNanos < 0) {
                firstByteNanos = protocol.time().nanos() - startNanos;
            }
            bytesOut += bytes;
            view.moved(loop, 0, bytes);
        }
        protocol.count(loop, bytes, spliced);
        idle.arm(protocol.config().idleTimeout().toMillis());
    }

    /** Both ends have said all and heard all. */
    void isOver() {
        end(Outcome.SUCCESS, "", true);
        front.close();
        back.close();
    }

    /** One end cut the conversation off, or its transport failed. */
    void isBroken(Side side, Throwable cause) {
        if (outcome != null) {
            return;
        }
        protocol.logger().debug("connection of {} broken", client.clientAddress(), cause);
        if (side == front) {
            end(Outcome.CLIENT_ABORTED, "", true);
        } else {
            // Who has said goodbye may answer anything further with a reset.
            end(side.hasInputEnded() ? Outcome.SUCCESS : Outcome.BACKEND_RESET, "", true);
        }
        front.reset();
        if (back != null) {
            back.reset();
        }
    }

    /** One end is closed without a word: by the kernel, since it stops, or because its backend is removed. */
    void isGone(Side side) {
        if (outcome != null) {
            return;
        }
        if (client.isDraining()) {
            end(Outcome.SUCCESS, "drained", true);
        } else {
            end(side == front ? Outcome.CLIENT_ABORTED : Outcome.BACKEND_RESET, "", true);
        }
        front.close();
        if (back != null) {
            back.close();
        }
    }

    private void expire(String timeout) {
        end(Outcome.SUCCESS, timeout, true);
        front.close();
        if (back != null) {
            back.close();
        }
    }

    private void fail(Outcome outcome, String reason) {
        end(outcome, reason, false);
        front.reset();
    }

    private void end(Outcome outcome, String reason, boolean isPicked) {
        if (this.outcome != null) {
            return;
        }
        this.outcome = outcome;
        this.reason = reason;
        endNanos = protocol.time().nanos();
        if (reader != null) {
            reader = null;
            front.stopListening();
            patience.close();
        }
        if (idle != null) {
            idle.close();
        }
        if (whole != null) {
            whole.close();
        }
        if (relay != null) {
            relay.close();
        }
        if (isPicked && backend != null) {
            target.group().orElseThrow().finish(loop, backend, outcome, endNanos - pickNanos);
        }
        view.exit(loop, outcome, 0, 0);
        for (ExchangeListener listener : routes.listeners()) {
            try {
                listener.onComplete(exchange);
            } catch (RuntimeException e) {
                protocol.logger().warn("a listener failed", e);
            }
        }
    }

    ClientConnection client() {
        return client;
    }

    TcpRoutes routes() {
        return routes;
    }

    /** The rule's name; empty for the default group, or if none was chosen. */
    String route() {
        return target == null ? "" : target.route();
    }

    /** The group's name; empty if there is none. */
    String group() {
        return target == null ? "" : target.group().map(Group::name).orElse("");
    }

    /** The server that the client named in TLS; empty: none. */
    String serverName() {
        return hello == null ? "" : hello.serverName();
    }

    Backend backend() {
        return backend;
    }

    int attempts() {
        return tried.size();
    }

    long startMillis() {
        return startMillis;
    }

    long durationNanos() {
        return endNanos - startNanos;
    }

    long connectNanos() {
        return connectedNanos < 0 ? -1 : connectedNanos - pickNanos;
    }

    long firstByteNanos() {
        return firstByteNanos;
    }

    long bytesIn() {
        return bytesIn;
    }

    long bytesOut() {
        return bytesOut;
    }

    Outcome outcome() {
        return outcome;
    }

    String reason() {
        return reason;
    }
}
