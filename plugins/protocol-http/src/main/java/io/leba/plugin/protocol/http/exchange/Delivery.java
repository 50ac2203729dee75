package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.retry.RetryBudget;
import io.leba.plugin.protocol.http.retry.RetryCause;
import io.leba.plugin.protocol.http.retry.RetryPolicy;
import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Tried;
import io.netty.buffer.ByteBuf;

/**
 * Brings an exchange's request to a backend: picks one, takes a kept connection or opens one, and sends; and does so again where
 * that is harmless, or the group's {@link RetryPolicy} says so.
 *
 * <p>What could not be connected goes to the next backend. What was sent on a kept connection that turned out to be closed is
 * sent again, to the same backend on a new connection, but only if it is idempotent and still held whole (RFC 9112 §9.3.1).
 * Without a policy, a safe request without a body whose new connection was closed before anything of a response came goes to
 * another backend: what is safe has no effect that a second one could double (RFC 9110 §9.2.1), and a backend that is killed
 * shall not be noticed. Once only: a request that kills backends must not go through all of them. A policy takes the place of
 * that: it says which failures are followed by another try, how many, and how much of them at a time. Without one, what a backend refuses
 * before it begins with it is tried as often as a connection would be.
 */
final class Delivery implements StreamSource.OnStream {
    private static final int LARGEST_HELD_BODY = 16 << 10;

    private final Exchange exchange;
    private final LoopState loop;
    private final Tried tried = new Tried();
    private final ExchangeHashes hashes;
    private final HeldBody held = new HeldBody();
    private RetryPolicy policy = RetryPolicy.NONE;
    private RetryBudget budget;
    private Backend backend;
    private Backend lastBackend;
    private BackendStream stream;
    private ByteBuf waitingBody;
    private boolean isKeptConnection;
    private boolean isConnecting;
    private boolean isAbandoned;
    private boolean hasTakenOfBudget;
    private int attempts;
    private int retries;
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
        hasTakenOfBudget = false;
        policy = RetryPolicy.NONE;
        attempts = 0;
        retries = 0;
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
        policy = target().retry();
        if (policy.exists()) {
            budget = policy.budget(loop.index);
            budget.begin();
        }
        BackendStream kept = pick(nanos);
        if (backend == null) {
            Placement.release(body);
            exchange.refuse(Reason.NO_BACKEND);
        } else if (kept != null) {
            hold(kept, true, body);
            send(kept, true, body, headFrom);
        } else {
            waitingBody = Placement.detached(loop.loop.allocator(), body);
            connect();
        }
    }

    /** Picks a backend, and takes a kept connection to it if there is one. */
    private BackendStream pick(long nanos) {
        backend = target().group().pick(loop.loop, hashes, tried);
        return backend == null ? null : picked(nanos);
    }

    private BackendStream picked(long nanos) {
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
        source().connect(exchange.client().connection(), target(), backend, this);
    }

    @Override
    public boolean isWanted() {
        return !isAbandoned;
    }

    @Override
    public void opened(BackendStream fresh) {
        isConnecting = false;
        if (isAbandoned) {
            fresh.leave(true);
            exchange.recycle();
            return;
        }
        sendWaiting(fresh, false);
    }

    /** Sends what waited for a connection; the client, which waited too, may go on. */
    private void sendWaiting(BackendStream to, boolean isKept) {
        ClientStream client = exchange.client();
        ByteBuf body = waitingBody;
        waitingBody = null;
        if (body == null && held.isWhole()) {
            body = held.copy(loop.loop.allocator());
        } else {
            hold(to, isKept, body);
        }
        send(to, isKept, body, Placement.ELSEWHERE);
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
        tryNext(isTimeout ? Reason.CONNECT_TIMEOUT : Reason.CONNECT_FAILED);
    }

    @Override
    public void full() {
        isConnecting = false;
        if (isAbandoned) {
            exchange.recycle();
            return;
        }
        attempts++;
        finishPick(Outcome.UNAVAILABLE, -1);
        tryNext(Reason.NO_STREAM);
    }

    /** Goes to the next backend, or refuses for that reason. */
    private void tryNext(Reason reason) {
        if (tried.size() > policy.connectRetries(target().group().connectRetries())) {
            exchange.refuse(reason);
            return;
        }
        BackendStream kept = pick(exchange.now());
        if (backend == null) {
            exchange.refuse(reason);
            return;
        }
        count(RetryCause.CONNECT_FAILURE);
        deliver(kept);
    }

    /** Takes what is to be sent to the backend that was picked. */
    private void deliver(BackendStream kept) {
        if (kept != null) {
            sendWaiting(kept, true);
        } else {
            connect();
        }
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

    // What may be sent again.

    /** Begins to hold the body, if it could be sent again. */
    private void hold(BackendStream to, boolean isKept, ByteBuf body) {
        RequestRelay relay = exchange.body();
        if (!relay.exists() || !mayRepeat() && !to.mayBeRefused()) {
            return;
        }
        int most = policy.exists() && mayRepeat() ? policy.buffer() : -1;
        if (to.mayBeRefused() || isKept && relay.isComplete()) {
            most = Math.max(most, LARGEST_HELD_BODY);
        }
        if (most >= 0) {
            held.begin(loop.loop.allocator(), body, most);
        }
    }

    /** A further piece of the body goes on. */
    void passing(ByteBuf piece) {
        if (held.isWhole()) {
            held.add(loop.loop.allocator(), piece);
        }
    }

    /** A response goes on to the client: nothing will be sent again. */
    void settled() {
        held.release();
    }

    private boolean mayRepeat() {
        return request().method().isIdempotent() || policy.takesAnyMethod();
    }

    /** Whether what has come of the body is there to be sent again. */
    private boolean isHeld() {
        return !exchange.body().exists() || held.isWhole();
    }

    private boolean isHeldWhole() {
        return exchange.body().isComplete() && isHeld();
    }

    /** The stream ended before anything of a response came: whether it is sent again. */
    boolean resend(StreamEnd how) {
        boolean isUnprocessed = how == StreamEnd.UNPROCESSED || how == StreamEnd.REFUSED;
        if (isUnprocessed ? !isHeld() : !isHeldWhole() || !mayRepeat()) {
            return false;
        }
        if (isKeptConnection && how != StreamEnd.REFUSED) {
            // It was closed while it waited, most likely; another kept connection may be no better.
            leave(false);
            count(isUnprocessed ? RetryCause.REFUSED_STREAM : RetryCause.KEPT_CLOSED);
            connect();
            return true;
        }
        RetryCause cause = isUnprocessed ? RetryCause.REFUSED_STREAM : RetryCause.RESET;
        if (policy.exists()) {
            return policy.retriesOn(cause) && retry(cause, Outcome.BACKEND_RESET);
        }
        if (isUnprocessed) {
            return retries < target().group().connectRetries() && again(cause, Outcome.BACKEND_RESET, true);
        }
        return request().method().isSafe()
                && !exchange.body().exists()
                && retries == 0
                && tried.size() <= target().group().connectRetries()
                && again(cause, Outcome.BACKEND_RESET, false);
    }

    /** A final response has come, of which nothing has gone on: whether another one is asked for instead. */
    boolean retriesStatus(int status) {
        return policy.exists()
                && policy.retriesOn(status)
                && mayRepeat()
                && isHeldWhole()
                && retry(RetryCause.STATUS, status >= 500 ? Outcome.BACKEND_ERROR : Outcome.SUCCESS);
    }

    /** The response did not begin in time: whether another backend is asked. */
    boolean retriesTimeout() {
        return policy.exists()
                && policy.retriesOn(RetryCause.TIMEOUT)
                && !exchange.response().hasBegun()
                && mayRepeat()
                && isHeldWhole()
                && retry(RetryCause.TIMEOUT, Outcome.BACKEND_TIMEOUT);
    }

    private boolean retry(RetryCause cause, Outcome outcome) {
        if (retries + 1 >= policy.attempts() || isTimeUp()) {
            return false;
        }
        if (!hasTakenOfBudget && !budget.take()) {
            exchange.table().counts().overBudget(loop.index);
            return false;
        }
        hasTakenOfBudget = true;
        return again(cause, outcome, true);
    }

    /** Tries another backend; one that was tried, after a pause, only if there is no other and that is wanted. */
    private boolean again(RetryCause cause, Outcome outcome, boolean mayRepeatBackend) {
        Backend failed = backend;
        Backend next = target().group().pick(loop.loop, hashes, tried);
        boolean isAnew = next == null && mayRepeatBackend;
        if (isAnew) {
            next = pickAmongTried(failed);
        }
        if (next == null) {
            return false;
        }
        long now = exchange.now();
        finishPick(outcome, cause == RetryCause.STATUS ? now : -1);
        leave(false);
        backend = next;
        retries++;
        count(cause);
        long pause = isAnew ? policy.backoffMillis(retries) : 0;
        if (pause > 0) {
            lastBackend = next;
            exchange.pausing(bounded(pause));
        } else {
            deliver(picked(now));
        }
        return true;
    }

    /** All were tried: any but the one that failed just now; that one only if it is alone. */
    private Backend pickAmongTried(Backend failed) {
        tried.clear();
        tried.add(failed);
        Backend other = target().group().pick(loop.loop, hashes, tried);
        if (other == null) {
            tried.clear();
            other = target().group().pick(loop.loop, hashes, tried);
        }
        return other;
    }

    /** The pause before another try is over. */
    void goOn() {
        if (isTimeUp()) {
            exchange.refuse(Reason.RETRY_TIMEOUT);
        } else {
            deliver(picked(exchange.now()));
        }
    }

    private void count(RetryCause cause) {
        exchange.table().counts().resent(loop.index, cause);
    }

    // Time.

    /** How long a response may take to begin. */
    long responseMillis(long otherwise) {
        return policy.exists() ? bounded(policy.perTryMillis(otherwise)) : otherwise;
    }

    /** A time that ends with that of all tries. */
    long bounded(long millis) {
        return hasTimeout() ? Math.min(millis, Math.max(1, millisLeft())) : millis;
    }

    /** Whether all tries together have a time limit. */
    boolean hasTimeout() {
        return policy.timeoutMillis() > 0;
    }

    /** Whether the time of all tries is up. */
    boolean isTimeUp() {
        return hasTimeout() && millisLeft() <= 0;
    }

    long millisLeft() {
        return policy.timeoutMillis() - (exchange.now() - exchange.startNanos()) / 1_000_000;
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
        Placement.release(waitingBody);
        waitingBody = null;
        held.release();
        if (budget != null) {
            budget.end(hasTakenOfBudget);
            budget = null;
        }
        isAbandoned = isConnecting;
        return !isConnecting;
    }
}
