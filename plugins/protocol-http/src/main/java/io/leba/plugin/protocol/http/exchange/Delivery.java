package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.balance.Backend;
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
final class Delivery implements StreamSource.OnStream {
    private static final int LARGEST_HELD_BODY = 16 << 10;

    private final Exchange exchange;
    private final LoopState loop;
    private final Tried tried = new Tried();
    private final ExchangeHashes hashes;
    private Backend backend;
    private Backend lastBackend;
    private BackendStream stream;
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

    /** The stream that the request was sent on, or null. */
    BackendStream stream() {
        return stream;
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
        BackendStream kept = pick(nanos);
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
    private BackendStream pick(long nanos) {
        backend = target().group().pick(loop.loop, hashes, tried);
        if (backend == null) {
            return null;
        }
        lastBackend = backend;
        pickNanos = nanos;
        return source().poll(exchange.client().connection(), backend);
    }

    private Target target() {
        return exchange.target();
    }

    private StreamSource source() {
        return exchange.engine().source(target().group());
    }

    private void connect() {
        exchange.connecting();
        isConnecting = true;
        source().connect(exchange.client().connection(), target().group(), backend, this);
    }

    @Override
    public void opened(BackendStream fresh) {
        isConnecting = false;
        if (isAbandoned) {
            fresh.leave(true);
            exchange.recycle();
            return;
        }
        ClientStream client = exchange.client();
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
        BackendStream kept = pick(exchange.now());
        if (backend == null) {
            exchange.refuse(reason);
        } else if (kept != null) {
            ClientStream client = exchange.client();
            ByteBuf body = heldBody;
            heldBody = null;
            sendOnKept(kept, body, Placement.ELSEWHERE);
            client.resumeReading();
        } else {
            connect();
        }
    }

    private void sendOnKept(BackendStream kept, ByteBuf body, int headFrom) {
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
    private void send(BackendStream to, boolean isKept, ByteBuf body, int headFrom) {
        attempts++;
        stream = to;
        isKeptConnection = isKept;
        to.serve(exchange);
        exchange.streaming();
        to.sendHead(body, headFrom);
    }

    /** The stream ended before anything of a response came: sends again if that is safe. */
    boolean resend(StreamEnd how) {
        RequestRelay body = exchange.body();
        boolean isHeld = body.isComplete() && (!body.exists() || heldBody != null);
        if (!isHeld || how != StreamEnd.UNPROCESSED && !request().method().isIdempotent()) {
            return false;
        }
        boolean isUnprocessed =
                how == StreamEnd.UNPROCESSED && attempts <= target().group().connectRetries();
        if (!isKeptConnection && !isUnprocessed) {
            return request().method().isSafe() && !body.exists() && sendElsewhere();
        }
        // It was closed while it waited, most likely; another kept connection may be no better.
        leave(false);
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
        leave(false);
        BackendStream kept = pick(exchange.now());
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

    /** Gives the stream up; {@code isComplete}: request and response have passed whole. */
    void leave(boolean isComplete) {
        BackendStream done = stream;
        stream = null;
        if (done != null) {
            done.leave(isComplete);
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
