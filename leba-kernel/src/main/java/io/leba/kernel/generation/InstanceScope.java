package io.leba.kernel.generation;

import io.leba.kernel.config.BoundSlot;
import io.leba.kernel.plugin.Owned;
import io.leba.kernel.plugin.Realm;
import io.leba.spi.Background;
import io.leba.spi.Distribution;
import io.leba.spi.Meters;
import io.leba.spi.Provider;
import io.leba.spi.Scope;
import io.leba.spi.TimeSource;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.Slot;
import io.leba.spi.control.AdminEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scope of one extension instance. Resources may be added from any thread; it is closed on the control thread. */
final class InstanceScope implements Scope, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(InstanceScope.class);

    private final String path;
    private final Logger logger;
    private final Services services;
    private final SharedCluster cluster;
    private final Set<Realm> realms;
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private Meters meters;
    private Background background;
    private boolean closed;

    InstanceScope(String path, Owned<?> owner, Services services, SharedCluster cluster) {
        this(path, owner, services, cluster, ConcurrentHashMap.newKeySet());
    }

    /** @param realms the realms of the outermost instance, to which this one's is added */
    private InstanceScope(String path, Owned<?> owner, Services services, SharedCluster cluster, Set<Realm> realms) {
        this.path = path;
        this.services = services;
        this.cluster = cluster;
        this.realms = realms;
        realms.add(owner.realm());
        this.logger = LoggerFactory.getLogger(
                owner.realm().id() + "." + owner.provider().type());
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Logger logger() {
        return logger;
    }

    @Override
    public synchronized Meters meters() {
        if (meters == null) {
            var scoped = services.meters().scope(path);
            onClose(scoped);
            meters = scoped;
        }
        return meters;
    }

    @Override
    public TimeSource time() {
        return services.time();
    }

    @Override
    public synchronized Background background() {
        if (background == null) {
            var scoped = services.background().scope(path);
            onClose(scoped);
            background = scoped;
        }
        return background;
    }

    @Override
    public ClusterState cluster() {
        return cluster.within(this);
    }

    @Override
    public int loops() {
        return services.loops().loops().size();
    }

    @Override
    public <T> T open(Slot<T> slot) {
        BoundSlot<T> bound = (BoundSlot<T>) slot;
        Owned<?> owner = (Owned<?>) bound.target().identity();
        InstanceScope nested = new InstanceScope(slot.position().path(), owner, services, cluster, realms);
        onClose(nested);
        @SuppressWarnings("unchecked")
        T product = (T) make(owner, slot.config(), nested);
        return product;
    }

    /** The realms of the instance and of what fills its slots. */
    Set<Realm> realms() {
        return Set.copyOf(realms);
    }

    /** Has the provider make its product; the caller closes the scope if this throws. */
    static Object make(Owned<?> owner, Record config, InstanceScope scope) {
        @SuppressWarnings("unchecked")
        Provider<Record, ?> provider = (Provider<Record, ?>) owner.provider();
        Object product = provider.create(provider.configType().cast(config), scope);
        if (product == null) {
            throw new IllegalStateException("create returned null");
        }
        return product;
    }

    @Override
    public void onClose(AutoCloseable resource) {
        synchronized (this) {
            if (!closed) {
                resources.push(resource);
                return;
            }
        }
        closeOne(resource);
    }

    @Override
    public void publish(AdminEndpoint endpoint) {
        services.endpoints().add(endpoint);
        onClose(() -> services.endpoints().remove(endpoint));
    }

    @Override
    public void attach(MeterRegistry registry) {
        onClose(services.meters().attach(registry));
    }

    @Override
    public List<Distribution> distributions() {
        return services.meters().distributions();
    }

    @Override
    public void close() {
        while (true) {
            AutoCloseable next;
            synchronized (this) {
                closed = true;
                next = resources.poll();
            }
            if (next == null) {
                return;
            }
            closeOne(next);
        }
    }

    private void closeOne(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception | LinkageError e) {
            LOGGER.warn("{}: a resource failed to close", path, e);
        }
    }
}
