package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.exchange.StreamSource.OnStream;
import io.leba.plugin.protocol.http.h2.BackendLimits;
import io.leba.plugin.protocol.http.h2.Http2Limits;
import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Loop;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One loop's HTTP/2 connections to one backend that carry streams, and the exchanges that wait for a stream: the first connection that has room
 * takes the next one, so that there are few; if none has, another one is opened, up to the limit, and then exchanges wait.
 */
final class SharedConnections implements ConnectionPool.OnConnect<BackendConnection> {
    private final Http2Source source;
    private final LoopState loop;
    private final Backend backend;
    private final ClientConnection client;
    private final Loop.Deadline deadline;
    private final List<Http2Backend> carrying = new ArrayList<>();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private Http2Limits limits;
    private int opening;

    /** An exchange that waits, until when. */
    private record Waiter(OnStream callback, ConnectionPool pool, Target target, long until) {}

    /** @param client whom all of it is for; null: anybody */
    SharedConnections(Http2Source source, LoopState loop, Backend backend, ClientConnection client) {
        this.source = source;
        this.loop = loop;
        this.backend = backend;
        this.client = client;
        this.deadline = loop.loop.deadline(this::expired);
    }

    Backend backend() {
        return backend;
    }

    /** Whom all of it is for; null: anybody. */
    ClientConnection client() {
        return client;
    }

    /** A place on a connection that carries streams, or null. */
    Http2BackendStream place() {
        for (int i = 0; i < carrying.size(); i++) {
            Http2Backend connection = carrying.get(i);
            if (connection.hasRoom()) {
                return connection.reserve();
            }
        }
        return null;
    }

    /** Takes a connection that waited in the pool. */
    Http2BackendStream resume(Http2Backend connection) {
        carrying.add(connection);
        connection.resume(this);
        return connection.hasRoom() ? connection.reserve() : null;
    }

    /** Waits for a place, which is called back for. */
    void await(ConnectionPool pool, Target target, OnStream callback) {
        int most = target.http2().waiting();
        if (waiting.size() >= most) {
            dropUnwanted();
            if (waiting.size() >= most) {
                callback.full();
                return;
            }
        }
        long millis = target.group().connectTimeout().toMillis();
        waiting.add(new Waiter(callback, pool, target, now() + millis * 1_000_000));
        if (waiting.size() == 1) {
            deadline.arm(millis);
        }
        openIfNeeded();
    }

    /** Those whose clients went away keep no place from others. */
    private void dropUnwanted() {
        List<Waiter> unwanted =
                waiting.stream().filter(waiter -> !waiter.callback().isWanted()).toList();
        waiting.removeAll(unwanted);
        unwanted.forEach(waiter -> waiter.callback().full());
    }

    private long now() {
        return loop.loop.coarseNanos();
    }

    /** Opens as many connections as those who wait need, within the limit. */
    private void openIfNeeded() {
        while (!waiting.isEmpty() && mayOpen(waiting.peek().target().http2())) {
            opening++;
            Waiter first = waiting.peek();
            limits = first.target().http2().connection();
            first.pool().connect(first.target().group(), backend, source.opener(), this);
        }
    }

    private boolean mayOpen(BackendLimits given) {
        return (long) opening * given.connection().streams() < waiting.size()
                && carrying.size() + opening < given.connections();
    }

    @Override
    public void connected(BackendConnection connection) {
        ((Http2Backend) connection).begin(this, client, limits);
    }

    @Override
    public void failed(Throwable cause, boolean isTimeout) {
        opening--;
        if (opening == 0 && carrying.isEmpty()) {
            List<Waiter> failing = new ArrayList<>(waiting);
            waiting.clear();
            failing.forEach(waiter -> waiter.callback().failed(cause, isTimeout));
        }
        forgetIfEmpty();
    }

    /** The backend has said its settings. */
    void settled(Http2Backend connection) {
        opening--;
        carrying.add(connection);
        freed();
    }

    /** There may be room for those who wait. */
    void freed() {
        while (!waiting.isEmpty()) {
            Http2BackendStream place = place();
            if (place == null) {
                openIfNeeded();
                return;
            }
            waiting.poll().callback().opened(place);
        }
        deadline.disarm();
    }

    /** A connection carries nothing any more, and waits in the pool. */
    void rests(Http2Backend connection) {
        carrying.remove(connection);
        forgetIfEmpty();
    }

    /** A connection has ended; {@code wasUsable}: after the backend had said its settings. */
    void lost(Http2Backend connection, boolean wasUsable) {
        if (wasUsable) {
            carrying.remove(connection);
            freed();
            forgetIfEmpty();
        } else {
            failed(new IOException("the backend closed the connection before it spoke HTTP/2"), false);
        }
    }

    /** Some have waited for too long: the backend has not answered, or is full. */
    private void expired() {
        boolean isFull = !carrying.isEmpty();
        List<Waiter> late = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.peek().until() - now() <= 0) {
            late.add(waiting.poll());
        }
        if (!waiting.isEmpty()) {
            deadline.arm(Math.max(1, (waiting.peek().until() - now()) / 1_000_000));
        }
        for (Waiter waiter : late) {
            if (isFull) {
                waiter.callback().full();
            } else {
                waiter.callback().failed(new IOException("the backend does not speak HTTP/2 in time"), true);
            }
        }
        forgetIfEmpty();
    }

    private void forgetIfEmpty() {
        if (carrying.isEmpty() && waiting.isEmpty() && opening == 0) {
            deadline.close();
            source.forget(loop.index, this);
        }
    }
}
