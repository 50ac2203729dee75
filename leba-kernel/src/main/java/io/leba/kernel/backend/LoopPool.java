package io.leba.kernel.backend;

import io.leba.kernel.meters.LoopCells;
import io.leba.kernel.transport.Dialer;
import io.leba.kernel.transport.Dialer.Peer;
import io.leba.kernel.transport.Dialer.Preamble;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.kernel.transport.ProxyVersion;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.kernel.transport.tls.TlsPipeline;
import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Group;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.AttributeKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One loop's backend connections: opens them, and keeps them for re-use by the opener that made them. */
@OnLoop
final class LoopPool implements ConnectionPool {
    private static final Logger LOG = LoggerFactory.getLogger(LoopPool.class);
    private static final AttributeKey<Shelf.Held> HELD = AttributeKey.valueOf(LoopPool.class, "held");
    private static final int TICKS_A_SWEEP = 10;

    private final KernelLoop loop;
    private final int loops;
    private final Dialer dialer;
    private final LoopCells misuses;
    private final List<Shelf> shelves = new ArrayList<>();
    private final Set<Shelf> privates = new LinkedHashSet<>();
    private int ticks;
    private boolean isBlamed;

    /**
     * Empty.
     *
     * @param loops how many loops share a backend's idle connections
     * @param misuses where connections are counted that were given back unfit
     */
    LoopPool(KernelLoop loop, int loops, Dialer dialer, LoopCells misuses) {
        this.loop = loop;
        this.loops = loops;
        this.dialer = dialer;
        this.misuses = misuses;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends BackendConnection> T poll(Backend backend, Opener<T> opener) {
        BackendEntry entry = (BackendEntry) backend;
        Optional<ProxyVersion> introduced = introduced(entry);
        for (Shelf shelf = entry.shelf(loop.index()); shelf != null; shelf = shelf.next()) {
            if (shelf.fits(opener, introduced)) {
                return (T) shelf.pop();
            }
        }
        return null;
    }

    /** How the backend is to be told whom a connection is for. */
    static Optional<ProxyVersion> introduced(BackendEntry entry) {
        return entry.owner().settings().proxyProtocol();
    }

    @Override
    public <T extends BackendConnection> void connect(
            Group group, Backend backend, Opener<T> opener, OnConnect<T> callback) {
        BackendEntry entry = (BackendEntry) backend;
        connect(group, shelf(entry, opener, introduced(entry)), Optional.empty(), opener, callback);
    }

    /**
     * Opens a connection.
     *
     * @param shelf where it is kept. Taken before it stands: if the opener retires meanwhile, the shelf is closed, and nothing
     *     is kept
     * @param addresses whom it is for; empty: nobody in particular
     */
    <T extends BackendConnection> void connect(
            Group group, Shelf shelf, Optional<ProxyAddresses> addresses, Opener<T> opener, OnConnect<T> callback) {
        BackendEntry entry = shelf.entry();
        Optional<ClientTls> tls = entry.owner().settings().tls();
        Peer peer = new Peer(
                entry.address(),
                tls.map(one -> one.towards(entry.spec().address(), opener.applicationProtocols())),
                shelf.introduced().map(version -> new Preamble(version, addresses)));
        dialer.dial(loop, peer, group.connectTimeout(), new Dialer.Dialed() {
            @Override
            public void connected(Channel channel) {
                T connection = opener.open(channel, entry, loop, TlsPipeline.applicationProtocol(channel));
                entry.connected(loop.index());
                hold(channel, new Shelf.Held(connection, shelf, tls, peer.address()));
                callback.connected(connection);
            }

            @Override
            public void failed(Throwable cause, boolean isTimeout) {
                entry.connectFailed(loop.index());
                callback.failed(cause, isTimeout);
            }
        });
    }

    private static void hold(Channel channel, Shelf.Held held) {
        channel.attr(HELD).set(held);
        channel.closeFuture().addListener(closing -> {
            if (held.isIdle()) {
                held.shelf().remove(held);
            }
        });
    }

    /** A shelf of connections that are for one client alone. */
    Shelf privateShelf(BackendEntry entry, Opener<?> opener, Optional<ProxyVersion> introduced) {
        Shelf made = new Shelf(loop, entry, opener, introduced);
        if (!entry.isGone()) {
            privates.add(made);
        }
        return made;
    }

    /** The client is gone, and with it the use of its connections. */
    void closePrivate(Shelf shelf) {
        shelf.close();
        privates.remove(shelf);
    }

    private Shelf shelf(BackendEntry entry, Opener<?> opener, Optional<ProxyVersion> introduced) {
        for (Shelf shelf = entry.shelf(loop.index()); shelf != null; shelf = shelf.next()) {
            if (shelf.fits(opener, introduced)) {
                return shelf;
            }
        }
        Shelf made = new Shelf(loop, entry, opener, introduced);
        if (!entry.isGone()) {
            made.next(entry.shelf(loop.index()));
            entry.shelf(loop.index(), made);
            shelves.add(made);
        }
        return made;
    }

    @Override
    public void release(BackendConnection connection) {
        Channel channel = connection.channel();
        Shelf.Held held = channel.attr(HELD).get();
        if (held == null) {
            throw new IllegalArgumentException("the pool did not open " + channel);
        }
        if (held.isIdle()) {
            throw new IllegalStateException("given back twice: " + channel);
        }
        if (!channel.isActive()) {
            return;
        }
        Shelf shelf = held.shelf();
        PoolSettings settings = shelf.entry().owner().settings().pool();
        int most = settings.maxIdleOnLoop(loops);
        if (most == 0 || !isCurrent(held)) {
            channel.close();
            return;
        }
        if (!isFit(channel)) {
            refuse(shelf, channel);
            return;
        }
        if (shelf.size() >= most) {
            shelf.closeOldest(shelf.size() - most + 1);
        }
        shelf.push(held);
    }

    @Override
    public boolean isCurrent(BackendConnection connection) {
        Shelf.Held held = connection.channel().attr(HELD).get();
        return held != null && isCurrent(held);
    }

    private static boolean isCurrent(Shelf.Held held) {
        Shelf shelf = held.shelf();
        BackendEntry entry = shelf.entry();
        return !shelf.isClosed()
                && held.address().equals(entry.address())
                && shelf.introduced().equals(introduced(entry))
                && held.tls().equals(entry.owner().settings().tls());
    }

    /** A connection that does not read would hang the next exchange; unsent bytes would come before its request. */
    private static boolean isFit(Channel channel) {
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        return channel.config().isAutoRead() && (unsent == null || unsent.totalPendingWriteBytes() == 0);
    }

    private void refuse(Shelf shelf, Channel channel) {
        misuses.add(loop.index(), 0, 1);
        if (!isBlamed) {
            isBlamed = true;
            LOG.warn(
                    "a connection to {} was given back with {} by {}; it is closed (said once)",
                    shelf.entry(),
                    channel.config().isAutoRead() ? "unsent bytes" : "reading switched off",
                    shelf.opener().getClass().getName());
        }
        channel.close();
    }

    /** Each tick; looks for what has been idle too long once a second. */
    void tick() {
        if (++ticks % TICKS_A_SWEEP != 0) {
            return;
        }
        long now = loop.coarseNanos();
        for (int i = 0; i < shelves.size(); i++) {
            sweep(shelves.get(i), now);
        }
        for (Shelf shelf : privates) {
            sweep(shelf, now);
        }
    }

    private void sweep(Shelf shelf, long now) {
        if (shelf.size() > 0) {
            PoolSettings settings = shelf.entry().owner().settings().pool();
            shelf.closeIdleSince(now - settings.idleTimeout().toNanos());
            shelf.closeOldest(Math.max(0, shelf.size() - settings.maxIdleOnLoop(loops)));
        }
    }

    /** Closes the idle connections to a backend; if it is gone, those in use are not kept either. */
    void drop(BackendEntry entry) {
        for (Shelf shelf = entry.shelf(loop.index()); shelf != null; shelf = shelf.next()) {
            shelf.closeOldest(shelf.size());
        }
        for (Shelf shelf : privates) {
            if (shelf.entry() == entry) {
                shelf.closeOldest(shelf.size());
            }
        }
        if (entry.isGone()) {
            entry.shelf(loop.index(), null);
            shelves.removeIf(shelf -> shelf.entry() == entry);
            privates.removeIf(shelf -> shelf.entry() == entry);
        }
    }

    /** Closes the idle connections of openers, and forgets these; what they have in use is closed when it is given back. */
    void closeOpeners(Predicate<Class<?>> retired) {
        shelves.removeIf(shelf -> {
            if (!retired.test(shelf.opener().getClass())) {
                return false;
            }
            shelf.close();
            unchain(shelf);
            return true;
        });
        privates.removeIf(shelf -> {
            if (!retired.test(shelf.opener().getClass())) {
                return false;
            }
            shelf.close();
            return true;
        });
    }

    private void unchain(Shelf gone) {
        BackendEntry entry = gone.entry();
        Shelf first = entry.shelf(loop.index());
        if (first == gone) {
            entry.shelf(loop.index(), gone.next());
            return;
        }
        for (Shelf shelf = first; shelf != null; shelf = shelf.next()) {
            if (shelf.next() == gone) {
                shelf.next(gone.next());
                return;
            }
        }
    }
}
