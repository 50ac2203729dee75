package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Answer;
import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.Head;
import io.leba.plugin.protocol.http.head.RequestComposer;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import io.netty.buffer.ByteBuf;

/**
 * One request and its response, from the first byte to the last. Objects are re-used, a loop's for all its connections.
 *
 * <p>Phases: the head is read; it is judged, routed and filtered; a backend is picked and connected; then request and
 * response stream, each at the pace of whoever reads it. {@link #end} is the one way out.
 */
final class Exchange implements ConnectionPool.OnConnect<BackendSide> {
    private static final int FIRST_COPY = 2048;
    private static final int NEXT_COPY = 8192;
    private static final int LARGEST_HELD_BODY = 16 << 10;
    private static final int HEADROOM = 64;

    private enum Phase {
        HEAD,
        CONNECTING,
        STREAMING,
        OVER
    }

    private final LoopState loop;
    private final RequestHead request = new RequestHead();
    private final RequestRelay body = new RequestRelay(this);
    private final ResponseRelay response = new ResponseRelay(this);
    private final Tried tried = new Tried();
    private final ExchangeHashes hashes = new ExchangeHashes(this);
    private Phase phase = Phase.OVER;
    private ClientSide client;
    private FrontendView view;
    private FrontendTable table;
    private Target target;
    private Backend backend;
    private BackendSide connection;
    private ByteBuf heldBody;
    private boolean isKeptConnection;
    private boolean isConnectPending;
    private boolean isAbandoned;
    private int attempts;
    private long startNanos;
    private long bytesIn;
    private long bytesOut;

    Exchange(LoopState loop) {
        this.loop = loop;
    }

    Exchange begin(ClientSide by) {
        client = by;
        phase = Phase.HEAD;
        request.setTrusted(by.isTrusted());
        return this;
    }

    LoopState loop() {
        return loop;
    }

    ClientSide client() {
        return client;
    }

    RequestHead request() {
        return request;
    }

    RequestRelay body() {
        return body;
    }

    ResponseRelay response() {
        return response;
    }

    BackendSide connection() {
        return connection;
    }

    FrontendTable table() {
        return table;
    }

    boolean isReadingHead() {
        return phase == Phase.HEAD;
    }

    boolean isRequestComplete() {
        return phase != Phase.HEAD && body.isComplete();
    }

    /** Whether body bytes can go on to the backend now. */
    boolean takesBody() {
        return phase == Phase.STREAMING
                && !body.isComplete()
                && connection.channel().isWritable();
    }

    /** Takes bytes of the head; the buffer is given away. */
    void readHead(ByteBuf buf, boolean isKept) {
        int from = buf.readerIndex();
        int readable = buf.readableBytes();
        int before = request.length();
        int taken = 0;
        int result;
        if (before == 0) {
            startNanos = client.engine().scope.time().nanos();
            client.boundRequest();
        }
        do {
            int count = Math.min(readable - taken, taken == 0 ? FIRST_COPY : NEXT_COPY);
            request.append(buf, from + taken, count);
            taken += count;
            result = request.scan(client.engine().settings.requestLimits);
        } while (result == Head.INCOMPLETE && taken < readable);
        if (result == Head.INCOMPLETE) {
            bytesIn += readable;
            buf.release();
            if (before == 0) {
                client.arm(client.engine().settings.requestHeadMillis);
            }
            return;
        }
        enter();
        if (result == Head.FAILED) {
            bytesIn += readable;
            buf.release();
            refuse(request.error());
        } else {
            headReceived(buf, before == 0 ? from : -1, from + result - before, isKept);
        }
    }

    private void enter() {
        if (view == null) {
            view = client.connection().enter();
            table = (FrontendTable) view.table();
        }
    }

    /**
     * The head is complete.
     *
     * @param headFrom where the head starts in the buffer, or -1 if it did not come in one piece
     * @param bodyFrom where it ends
     */
    private void headReceived(ByteBuf buf, int headFrom, int bodyFrom, boolean isKept) {
        Reason reason = request.judge();
        Settings settings = client.engine().settings;
        if (reason == null && request.isSlashAmbiguous() && settings.refusesAmbiguousSlashes) {
            reason = Reason.BAD_TARGET;
        }
        if (reason == null) {
            reason = body.begin(request.contentLength(), buf, bodyFrom, settings.bodyLimit);
        }
        if (reason != null) {
            bytesIn += buf.readableBytes();
            buf.release();
            phase = Phase.CONNECTING;
            refuse(reason);
            return;
        }
        bytesIn += body.consumed() - buf.readerIndex();
        phase = Phase.CONNECTING;
        if (body.isComplete()) {
            client.requestReceived();
        }
        if (body.consumed() < buf.writerIndex() && isKept) {
            ByteBuf message = copyOut(buf, bodyFrom);
            client.keepOwn(buf.readerIndex(body.consumed()));
            route(body.withTail(message), -1);
            return;
        }
        client.keep(buf, body.consumed());
        ByteBuf message = body.withTail(buf.setIndex(bodyFrom, body.outEnd()));
        route(message, message == buf ? headFrom : -1);
    }

    /** The body's part of a buffer that holds further requests too; null if there is none. */
    private ByteBuf copyOut(ByteBuf buf, int bodyFrom) {
        int count = body.outEnd() - bodyFrom;
        return count == 0 ? null : loop.loop.allocator().directBuffer(count).writeBytes(buf, bodyFrom, count);
    }

    /**
     * Finds out where the request goes, and sends it.
     *
     * @param message the body's part so far, from its reader index on; null: none
     * @param headFrom where in it the head starts; -1: not in it
     */
    private void route(ByteBuf message, int headFrom) {
        target = table.routes().find(request, loop.lookup);
        if (target.group() == null) {
            release(message);
            refuse(Reason.NO_ROUTE);
            return;
        }
        dispatch(message, headFrom);
    }

    private void dispatch(ByteBuf message, int headFrom) {
        BackendSide kept = pick();
        if (backend == null) {
            release(message);
            refuse(Reason.NO_BACKEND);
        } else if (kept != null) {
            if (request.method().isIdempotent() && body.isComplete()) {
                hold(message);
            }
            send(kept, true, message, headFrom);
        } else {
            heldBody = detached(message);
            connect();
        }
    }

    /** Picks a backend, and takes a kept connection to it if there is one. */
    private BackendSide pick() {
        backend = target.group().pick(loop.loop, hashes, tried);
        if (backend == null) {
            return null;
        }
        attempts++;
        BackendSide kept = loop.loop.pool().poll(backend, client.engine().opener);
        return kept != null && kept.channel().isActive() ? kept : null;
    }

    /** Keeps a copy of a small, complete body, so that the request can be sent again. */
    private void hold(ByteBuf message) {
        int count = message == null ? 0 : message.readableBytes();
        if (count > 0 && count <= LARGEST_HELD_BODY) {
            heldBody = loop.loop.allocator().directBuffer(count).writeBytes(message, message.readerIndex(), count);
        }
    }

    /** The message in a buffer of its own size; the given one may be the loop's. */
    private ByteBuf detached(ByteBuf message) {
        if (message == null) {
            return null;
        }
        int count = message.readableBytes();
        ByteBuf copy =
                count == 0 ? null : loop.loop.allocator().directBuffer(count).writeBytes(message);
        message.release();
        return copy;
    }

    private static void release(ByteBuf message) {
        if (message != null) {
            message.release();
        }
    }

    private void connect() {
        phase = Phase.CONNECTING;
        client.disarm();
        isConnectPending = true;
        loop.loop.pool().connect(target.group(), backend, client.engine().opener, this);
    }

    @Override
    public void connected(BackendSide fresh) {
        isConnectPending = false;
        if (isAbandoned) {
            loop.loop.pool().release(fresh);
            recycle();
            return;
        }
        ByteBuf message = heldBody;
        heldBody = null;
        send(fresh, false, message, -1);
        client.resumeReading();
    }

    @Override
    public void failed(Throwable cause, boolean isTimeout) {
        isConnectPending = false;
        if (isAbandoned) {
            recycle();
            return;
        }
        finishPick(Outcome.CONNECT_FAILED, -1);
        if (tried.size() > target.group().connectRetries()) {
            refuse(isTimeout ? Reason.CONNECT_TIMEOUT : Reason.CONNECT_FAILED);
            return;
        }
        BackendSide kept = pick();
        if (backend == null) {
            refuse(isTimeout ? Reason.CONNECT_TIMEOUT : Reason.CONNECT_FAILED);
        } else if (kept != null) {
            ByteBuf message = heldBody;
            heldBody = null;
            if (request.method().isIdempotent() && body.isComplete()) {
                hold(message);
            }
            send(kept, true, message, -1);
            client.resumeReading();
        } else {
            connect();
        }
    }

    /** Sends the head and the body's part so far. */
    private void send(BackendSide to, boolean isKept, ByteBuf message, int headFrom) {
        connection = to;
        isKeptConnection = isKept;
        phase = Phase.STREAMING;
        to.serve(this);
        response.begin();
        Settings settings = client.engine().settings;
        client.arm(body.isComplete() ? settings.firstByteMillis : settings.idleMillis);
        Outgoing.send(to.channel(), compose(message, headFrom));
    }

    /** Writes the head as it goes to the backend: in front of the body where it was received, or in a new buffer. */
    private ByteBuf compose(ByteBuf message, int headFrom) {
        Bytes out = loop.scratch.clear();
        int rest = RequestComposer.compose(request, client.stamp(), null, out);
        return place(loop, request, rest, out, message, headFrom);
    }

    /** Puts what was composed in front of the part of the head that stays as it is. */
    static ByteBuf place(LoopState loop, Head head, int rest, Bytes out, ByteBuf message, int headFrom) {
        int start = headFrom + rest - out.length();
        if (headFrom >= 0 && start >= 0) {
            message.setBytes(start, out.array(), 0, out.length());
            return message.readerIndex(start);
        }
        int count = message == null ? 0 : message.readableBytes();
        ByteBuf whole = loop.loop.allocator().directBuffer(HEADROOM + out.length() + head.end() - rest + count);
        whole.setIndex(HEADROOM, HEADROOM);
        whole.writeBytes(out.array(), 0, out.length());
        whole.writeBytes(head.bytes(), rest, head.end() - rest);
        if (count > 0) {
            whole.writeBytes(message);
        }
        release(message);
        return whole;
    }

    /** Takes bytes of the body; the buffer is given away. */
    void requestBody(ByteBuf buf, boolean isKept) {
        body.feed(buf, isKept);
    }

    void received(int bytes) {
        bytesIn += bytes;
    }

    void sent(int bytes) {
        bytesOut += bytes;
    }

    void clientWritable() {
        if (connection != null) {
            connection.setReading(true);
        }
    }

    /** The backend's connection is closed. */
    void backendClosed() {
        BackendSide closed = connection;
        if (response.hasBegun()) {
            response.backendClosed(closed.wasReset());
            return;
        }
        boolean isHeld = body.isComplete() && (!body.exists() || heldBody != null);
        if (isKeptConnection && isHeld && request.method().isIdempotent()) {
            // It was closed while it waited in the pool, most likely: the same backend, but not another kept
            // connection.
            connection = null;
            closed.serve(null);
            table.counts().resent(loop.index);
            connect();
        } else {
            refuse(Reason.BACKEND_CLOSED);
        }
    }

    /** The client went away, or will send no more of an incomplete request. */
    void clientGone() {
        enter();
        fail(Reason.CLIENT_ABORTED);
    }

    /** Nothing happened for too long. */
    void expired() {
        switch (phase) {
            case HEAD -> {
                enter();
                refuse(Reason.HEAD_TIMEOUT);
            }
            case CONNECTING -> refuse(Reason.FILTER_TIMEOUT);
            case STREAMING -> {
                boolean waitsForClient =
                        !body.isComplete() && connection.channel().isWritable();
                if (!response.isHeadSent()) {
                    refuse(waitsForClient ? Reason.BODY_TIMEOUT : Reason.FIRST_BYTE_TIMEOUT);
                } else {
                    fail(Outgoing.isStalled(client.channel()) ? Reason.CLIENT_STALLED : Reason.RESPONSE_TIMEOUT);
                }
            }
            case OVER -> {}
        }
    }

    /** The whole request took too long. */
    void requestExpired() {
        if (!isRequestComplete()) {
            enter();
            refuse(Reason.REQUEST_TIMEOUT);
        }
    }

    /** Answers instead of the backend, or ends the exchange if an answer has begun. */
    void refuse(Reason reason) {
        if (reason.status() == 0 || response.isHeadSent()) {
            fail(reason);
            return;
        }
        boolean isSound = reason == Reason.NO_ROUTE || reason.outcome() != Outcome.CLIENT_ERROR;
        boolean stays = isSound && isRequestComplete() && request.keepsAlive() && client.mayStay();
        ByteBuf answer = Answer.refusal(loop.loop.allocator(), reason, request, stays, loop.date());
        bytesOut += answer.readableBytes();
        closeConnection();
        table.counts().refusal(loop.index, reason);
        table.counts().response(loop.index, reason.status());
        Outgoing.send(client.channel(), answer);
        end(reason.outcome(), stays);
    }

    /** Ends the exchange without an answer, or in the middle of one; the client's connection goes with it. */
    void fail(Reason reason) {
        closeConnection();
        table.counts().refusal(loop.index, reason);
        ClientSide by = client;
        end(reason.outcome(), false, true);
        by.abort();
    }

    private void closeConnection() {
        BackendSide closed = connection;
        connection = null;
        if (closed != null) {
            closed.serve(null);
            closed.channel().close();
        }
    }

    /** The response is complete and sent. */
    void responseComplete(boolean backendStays, boolean clientStays) {
        BackendSide done = connection;
        connection = null;
        done.serve(null);
        boolean isReusable = backendStays
                && body.isComplete()
                && (!body.exists() || request.method().usuallyHasBody())
                && !Outgoing.isStalled(done.channel());
        if (isReusable) {
            done.setReading(true);
            loop.loop.pool().release(done);
        } else {
            done.channel().close();
        }
        int status = response.head().status();
        table.counts().response(loop.index, status);
        end(status >= 500 ? Outcome.BACKEND_ERROR : Outcome.SUCCESS, clientStays && body.isComplete());
    }

    private void finishPick(Outcome outcome, long nanos) {
        Backend picked = backend;
        backend = null;
        if (picked != null) {
            target.group().finish(loop.loop, picked, outcome, nanos);
        }
    }

    private void end(Outcome outcome, boolean clientStays) {
        end(outcome, clientStays, false);
    }

    private void end(Outcome outcome, boolean clientStays, boolean isAborted) {
        if (phase == Phase.OVER) {
            return;
        }
        phase = Phase.OVER;
        finishPick(outcome, client.engine().scope.time().nanos() - startNanos);
        view.exit(loop.loop, outcome, bytesIn, bytesOut);
        release(heldBody);
        heldBody = null;
        ClientSide by = client;
        if (isConnectPending) {
            isAbandoned = true;
        } else {
            recycle();
        }
        if (!isAborted) {
            by.exchangeEnded(clientStays);
        } else {
            by.forget();
        }
    }

    private void recycle() {
        request.clear();
        response.clear();
        body.clear();
        tried.clear();
        client = null;
        view = null;
        table = null;
        target = null;
        backend = null;
        connection = null;
        isAbandoned = false;
        attempts = 0;
        bytesIn = 0;
        bytesOut = 0;
        loop.giveBack(this);
    }
}
