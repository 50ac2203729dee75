package io.leba.kernel.backend;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.kernel.transport.ProxyVersion;
import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A loop's pool as one client connection sees it. Connections of which the backend was told that they are for this client are
 * kept apart, for it alone, and closed when it is gone; all others are everybody's.
 */
@OnLoop
public final class ClientPool implements ConnectionPool {
    private final LoopPool pool;
    private final ClientConnection client;
    private List<Shelf> own;

    private ClientPool(LoopPool pool, ClientConnection client) {
        this.pool = pool;
        this.client = client;
    }

    /** The pool of the loop for this client. */
    public static ConnectionPool of(KernelLoop loop, ClientConnection client) {
        ConnectionPool pool = loop.pool();
        return pool instanceof LoopPool kernels ? new ClientPool(kernels, client) : pool;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends BackendConnection> T poll(Backend backend, Opener<T> opener) {
        BackendEntry entry = (BackendEntry) backend;
        Optional<ProxyVersion> introduced = LoopPool.introduced(entry);
        if (introduced.isEmpty()) {
            return pool.poll(backend, opener);
        }
        Shelf shelf = find(entry, opener, introduced);
        return shelf == null ? null : (T) shelf.pop();
    }

    @Override
    public <T extends BackendConnection> void connect(
            Group group, Backend backend, Opener<T> opener, OnConnect<T> callback) {
        BackendEntry entry = (BackendEntry) backend;
        Optional<ProxyVersion> introduced = LoopPool.introduced(entry);
        if (introduced.isEmpty()) {
            pool.connect(group, backend, opener, callback);
            return;
        }
        Shelf shelf = find(entry, opener, introduced);
        if (shelf == null) {
            shelf = pool.privateShelf(entry, opener, introduced);
            keep(shelf);
        }
        ProxyAddresses addresses = new ProxyAddresses(client.clientAddress(), client.localAddress());
        pool.connect(group, shelf, Optional.of(addresses), opener, callback);
    }

    private Shelf find(BackendEntry entry, Opener<?> opener, Optional<ProxyVersion> introduced) {
        if (own != null) {
            for (int i = 0; i < own.size(); i++) {
                Shelf shelf = own.get(i);
                if (shelf.entry() == entry && shelf.fits(opener, introduced)) {
                    return shelf;
                }
            }
        }
        return null;
    }

    private void keep(Shelf shelf) {
        if (own == null) {
            own = new ArrayList<>();
            client.channel().closeFuture().addListener(closed -> own.forEach(pool::closePrivate));
        }
        own.removeIf(Shelf::isFinished);
        own.add(shelf);
    }

    @Override
    public boolean isCurrent(BackendConnection connection) {
        return pool.isCurrent(connection);
    }

    @Override
    public void release(BackendConnection connection) {
        pool.release(connection);
    }
}
