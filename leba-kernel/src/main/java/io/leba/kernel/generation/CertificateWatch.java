package io.leba.kernel.generation;

import io.leba.kernel.thread.BackgroundPool;
import io.leba.kernel.thread.BackgroundScope;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.kernel.transport.tls.ServerTls;
import io.leba.spi.OnBackground;
import io.leba.spi.OnControl;
import java.time.Duration;
import java.util.List;

/** Has the files of certificates looked at from time to time. Does nothing, and has no thread do anything, where none is used. */
final class CertificateWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final BackgroundPool pool;
    private BackgroundScope scope;
    private volatile List<ServerTls> frontends = List.of();
    private volatile List<ClientTls> groups = List.of();

    CertificateWatch(BackgroundPool pool) {
        this.pool = pool;
    }

    /** Looks after these from now on. */
    @OnControl
    void over(List<ServerTls> ofFrontends, List<ClientTls> ofGroups) {
        frontends = ofFrontends;
        groups = ofGroups;
        boolean isNeeded = !ofFrontends.isEmpty() || !ofGroups.isEmpty();
        if (isNeeded && scope == null) {
            scope = pool.scope("certificates");
            scope.every(INTERVAL, INTERVAL, this::look);
        }
    }

    @OnBackground
    private void look() {
        frontends.forEach(ServerTls::refresh);
        groups.forEach(ClientTls::refresh);
    }

    @Override
    @OnControl
    public void close() {
        if (scope != null) {
            scope.close();
        }
    }
}
