package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.RequestComposer;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import io.netty.buffer.ByteBuf;

/**
 * Brings an exchange's request to a backend: picks one, takes a kept connection or opens one, and sends. What could not be
 * connected goes to the next backend. What was sent on a kept connection that turned out to be closed is sent again, to the
 * same backend on a new connection, but only if it is idempotent and still held whole (RFC 9112 §9.3.1). A safe request
 * without a body whose new connection was closed before anything of a response came goes to another backend: what is safe
 * has no effect that a second one could double (RFC 9110 §9.2.1), and a backend that is killed shall not be noticed. Once only:
 * a request that kills backends must not go through all of them.
 */
final class Delivery implements ConnectionPool.OnConnect<BackendSide> {
    private static final int LARGEST_HELD_BODY = 16 << 10;

    private final Exchange exchange;
    private final LoopState loop;
    private final Tried tried = new Tried();
    private final ExchangeHashes hashes;
    private Backend backend;
    private Backend lastBackend;
    private BackendSide connection;
    private ByteBuf heldBody;
    private boolean isKeptConnection;
    private boolean isConnecting;
    private boolean isAbandoned;
    private boolean hasMovedOn;
    private int attempts;
    private long pickNanos;

    Delivery(Exchange exchange, LoopState loop) {
        this.exchange = exchange;
        this.loop = loop;
        this.hashes = new ExchangeHashes(exchange);
    }

    void clear() {
        tried.clear();
        lastBackend = null;
        isAbandoned = false;
        hasMovedOn = false;
        attempts = 0;
    }

    /** The connection that the request was sent on, or null. */
    BackendSide connection() {
        return connection;
    }

    /** The backend of the last attempt, or null. */
    Backend lastBackend() {
        return lastBackend;
    }

    /** How often a backend was tried. */
    int attempts() {
        return attempts;
    }

    /**
     * Brings the request on its way.
     *
     * @param body what has come of the body, from its reader index on; given away; null: nothing
     * @param headFrom where the head starts in the body's buffer, or {@link Placement#ELSEWHERE}
     * @param nanos now, as far as the exchange knows
     */
    void start(ByteBuf body, int headFrom, long nanos) {
        BackendSide kept = pick(nanos);
        if (backend == null) {
            Placement.release(body);
            exchange.refuse(Reason.NO_BACKEND);
        } else if (kept != null) {
            sendOnKept(kept, body, headFrom);
        } else {
            heldBody = Placement.detached(loop.loop.allocator(), body);
            connect();
        }
    }

    /** Picks a backend, and takes a kept connection to it if there is one. */
    private BackendSide pick(long nanos) {
        backend = target().group().pick(loop.loop, hashes, tried);
        if (backend == null) {
            return null;
        }
        lastBackend = backend;
        pickNanos = nanos;
        BackendSide kept = loop.loop.pool().poll(backend, exchange.client().engine().opener);
        return kept != null && kept.channel().isActive() ? kept : null;
    }

    private Target target() {
        return exchange.target();
    }

    private void connect() {
        exchange.connecting();
        isConnecting = true;
        loop.loop.pool().connect(target().group(), backend, exchange.client().engine().opener, this);
    }

    @Override
    public void connected(BackendSide fresh) {
        isConnecting = false;
        if (isAbandoned) {
            loop.loop.pool().release(fresh);
            exchange.recycle();
            return;
        }
        ClientSide client = exchange.client();
        ByteBuf body = heldBody;
        heldBody = null;
        send(fresh, false, body, Placement.ELSEWHERE);
        client.resumeReading();
    }

    @Override
    public void failed(Throwable cause, boolean isTimeout) {
        isConnecting = false;
        if (isAbandoned) {
            exchange.recycle();
            return;
        }
        attempts++;
        finishPick(Outcome.CONNECT_FAILED, -1);
        Reason reason = isTimeout ? Reason.CONNECT_TIMEOUT : Reason.CONNECT_FAILED;
        if (tried.size() > target().group().connectRetries()) {
            exchange.refuse(reason);
            return;
        }
        BackendSide kept = pick(exchange.now());
        if (backend == null) {
            exchange.refuse(reason);
        } else if (kept != null) {
            ClientSide client = exchange.client();
            ByteBuf body = heldBody;
            heldBody = null;
            sendOnKept(kept, body, Placement.ELSEWHERE);
            client.resumeReading();
        } else {
            connect();
        }
    }

    private void sendOnKept(BackendSide kept, ByteBuf body, int headFrom) {
        if (exchange.body().exists()
                && exchange.body().isComplete()
                && request().method().isIdempotent()) {
            int count = body == null ? 0 : body.readableBytes();
            heldBody = count > LARGEST_HELD_BODY
                    ? null
                    : Placement.copy(loop.loop.allocator(), body, body == null ? 0 : body.readerIndex(), count);
        }
        send(kept, true, body, headFrom);
    }

    private RequestHead request() {
        return exchange.request();
    }

    /** Sends the head and what there is of the body. */
    private void send(BackendSide to, boolean isKept, ByteBuf body, int headFrom) {
        attempts++;
        connection = to;
        isKeptConnection = isKept;
        to.serve(exchange);
        exchange.streaming();
        Bytes out = loop.scratch.clear();
        int rest = RequestComposer.compose(request(), exchange.client().stamp(), exchange.requestEdits(), out);
        Outgoing.send(to.channel(), Placement.message(loop.loop.allocator(), request(), rest, out, body, headFrom));
    }

    /** The connection was closed before anything of a response came: sends again if that is safe. */
    boolean resend() {
        RequestRelay body = exchange.body();
        boolean isHeld = body.isComplete() && (!body.exists() || heldBody != null);
        if (!isHeld || !request().method().isIdempotent()) {
            return false;
        }
        if (!isKeptConnection) {
            return request().method().isSafe() && !body.exists() && sendElsewhere();
        }
        // It was closed while it waited, most likely; another kept connection may be no better.
        connection.serve(null);
        connection = null;
        exchange.table().counts().resent(loop.index);
        connect();
        return true;
    }

    /** The backend took the connection and died: a safe request goes to one other, if there is one left to try. */
    private boolean sendElsewhere() {
        if (hasMovedOn || tried.size() > target().group().connectRetries()) {
            return false;
        }
        hasMovedOn = true;
        finishPick(Outcome.BACKEND_RESET, -1);
        connection.serve(null);
        connection = null;
        BackendSide kept = pick(exchange.now());
        if (backend == null) {
            return false;
        }
        exchange.table().counts().resent(loop.index);
        if (kept != null) {
            send(kept, true, null, Placement.ELSEWHERE);
        } else {
            connect();
        }
        return true;
    }

    /** Ends the pick, if there is one. */
    void finishPick(Outcome outcome, long nanos) {
        Backend picked = backend;
        backend = null;
        if (picked != null) {
            target().group().finish(loop.loop, picked, outcome, nanos < 0 ? nanos : nanos - pickNanos);
        }
    }

    /** Gives the connection up: closed, or back to the pool. */
    void leave(boolean isReusable) {
        BackendSide done = connection;
        connection = null;
        if (done == null) {
            return;
        }
        done.serve(null);
        if (isReusable && !done.wasReset() && !Outgoing.isStalled(done.channel())) {
            done.setReading(true);
            loop.loop.pool().release(done);
        } else {
            done.channel().close();
        }
    }

    /** The exchange is over; returns false if the object is still needed for a connect under way. */
    boolean end() {
        Placement.release(heldBody);
        heldBody = null;
        isAbandoned = isConnecting;
        return !isConnecting;
    }
}
