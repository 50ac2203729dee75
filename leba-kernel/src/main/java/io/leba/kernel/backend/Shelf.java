package io.leba.kernel.backend;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyVersion;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ConnectionPool.Opener;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * One loop's connections to one backend by one opener that wait for re-use, last in, first out: those at the bottom are the
 * ones that a smaller load leaves to time out.
 */
@OnLoop
final class Shelf {
    private final KernelLoop loop;
    private final BackendEntry entry;
    private final Opener<?> opener;
    private final Optional<ProxyVersion> introduced;
    private Shelf next;
    private Held[] stack = new Held[4];
    private int size;
    private boolean isClosed;

    /**
     * Empty.
     *
     * @param introduced how the backend is told whom these connections are for
     */
    Shelf(KernelLoop loop, BackendEntry entry, Opener<?> opener, Optional<ProxyVersion> introduced) {
        this.loop = loop;
        this.entry = entry;
        this.opener = opener;
        this.introduced = introduced;
    }

    /** Whether connections made so by this opener lie here. */
    boolean fits(Opener<?> maker, Optional<ProxyVersion> way) {
        return opener == maker && introduced.equals(way);
    }

    BackendEntry entry() {
        return entry;
    }

    Opener<?> opener() {
        return opener;
    }

    /** How the backend is told whom these connections are for. */
    Optional<ProxyVersion> introduced() {
        return introduced;
    }

    /** The next shelf of the same backend and loop. */
    Shelf next() {
        return next;
    }

    void next(Shelf shelf) {
        next = shelf;
    }

    int size() {
        return size;
    }

    /** Whether nothing is taken back any more. */
    boolean isFinished() {
        return isClosed || entry.isGone();
    }

    /** Whether nothing is taken back, now or for ever. */
    boolean isClosed() {
        return isFinished() || entry.availability().isDisabled();
    }

    BackendConnection pop() {
        while (size > 0) {
            Held held = stack[--size];
            stack[size] = null;
            held.isIdle = false;
            entry.idle(loop.index(), -1);
            if (held.connection.channel().isActive()) {
                return held.connection;
            }
        }
        return null;
    }

    void push(Held held) {
        if (size == stack.length) {
            stack = Arrays.copyOf(stack, size * 2);
        }
        held.isIdle = true;
        held.idleSince = loop.coarseNanos();
        stack[size++] = held;
        entry.idle(loop.index(), 1);
    }

    /** The connection closed by itself. */
    void remove(Held held) {
        for (int i = size - 1; i >= 0; i--) {
            if (stack[i] == held) {
                System.arraycopy(stack, i + 1, stack, i, size - i - 1);
                stack[--size] = null;
                held.isIdle = false;
                entry.idle(loop.index(), -1);
                return;
            }
        }
    }

    /** Closes what has been idle since then or longer. */
    void closeIdleSince(long nanos) {
        int old = 0;
        while (old < size && stack[old].idleSince - nanos <= 0) {
            old++;
        }
        closeOldest(old);
    }

    /** Closes all and takes nothing back any more. */
    void close() {
        isClosed = true;
        closeOldest(size);
    }

    void closeOldest(int count) {
        if (count == 0) {
            return;
        }
        Held[] closing = Arrays.copyOf(stack, count);
        System.arraycopy(stack, count, stack, 0, size - count);
        Arrays.fill(stack, size - count, size, null);
        size -= count;
        entry.idle(loop.index(), -count);
        for (Held held : closing) {
            held.isIdle = false;
            held.connection.channel().close();
        }
    }

    /** A connection that the pool opened, on the shelf or in use. */
    static final class Held {
        private final BackendConnection connection;
        private final Shelf shelf;
        private final Optional<ClientTls> tls;
        private final InetSocketAddress address;
        private long idleSince;
        private boolean isIdle;

        /**
         * @param tls how it is encrypted
         * @param address to which it was opened
         */
        Held(BackendConnection connection, Shelf shelf, Optional<ClientTls> tls, InetSocketAddress address) {
            this.connection = connection;
            this.shelf = shelf;
            this.tls = tls;
            this.address = address;
        }

        /** To which it was opened. */
        InetSocketAddress address() {
            return address;
        }

        /** How it is encrypted. */
        Optional<ClientTls> tls() {
            return tls;
        }

        Shelf shelf() {
            return shelf;
        }

        boolean isIdle() {
            return isIdle;
        }
    }
}
