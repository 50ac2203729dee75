package io.leba.kernel.generation;

import io.leba.kernel.contain.Containment;
import io.leba.kernel.contain.Quarantine;
import io.leba.kernel.plugin.Owned;
import io.leba.kernel.plugin.Realm;
import io.leba.kernel.traffic.Detachable;
import io.leba.spi.OnControl;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.spi.telemetry.TelemetryProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The extension instances of all living generations. An instance is identified by its place, kind, type, realm and bound
 * configuration; equal ones are one instance, which lives until no generation uses it.
 */
@OnControl
final class Instances {
    private static final Set<Class<?>> HELD_BY_EXCHANGES =
            Set.of(ProtocolProvider.class, HttpFilterProvider.class, TelemetryProvider.class);

    private final Services services;
    private final SharedCluster cluster;
    private final Containment containment;
    private final Map<Key, Instance> living = new LinkedHashMap<>();

    Instances(Services services, SharedCluster cluster) {
        this.services = services;
        this.cluster = cluster;
        this.containment =
                new Containment(services.meters().scope("plugins"), services.control()::execute, services.time());
    }

    /** What makes two extensions the same one. */
    record Key(String path, Class<?> kind, String type, Realm realm, Record config) {}

    /** An extension with its scope. */
    final class Instance {
        private final Key key;
        private final Object product;
        private final InstanceScope scope;
        private final Map<Class<?>, Object> companions = new HashMap<>();

        Instance(Key key, Object product, InstanceScope scope) {
            this.key = key;
            this.product = product;
            this.scope = scope;
        }

        <T> T product(Class<T> type) {
            return type.cast(product);
        }

        /** The realms whose classes it is made of: its provider's, and those of what fills its slots. */
        Set<Realm> realms() {
            return scope.realms();
        }

        /** Decides whether it may be called on the hot path. */
        Quarantine quarantine() {
            return companion(Quarantine.class, () -> {
                Quarantine made =
                        containment.quarantine(key.realm().id(), key.realm().version(), key.path());
                scope.onClose(made);
                return made;
            });
        }

        /** Whether exchanges hold on to it, so that it has to outlive the generation that they began in. */
        boolean isHeldByExchanges() {
            return HELD_BY_EXCHANGES.contains(key.kind());
        }

        /** Lets exchanges that still hold on to it go on without it. A protocol cannot be let go of like this. */
        void detach() {
            companions.values().forEach(companion -> {
                if (companion instanceof Detachable one) {
                    one.detach();
                }
            });
        }

        boolean isProtocol() {
            return key.kind() == ProtocolProvider.class;
        }

        String path() {
            return key.path();
        }

        /** A kernel object that lives with the instance, made once. */
        <T> T companion(Class<T> type, Supplier<T> maker) {
            Object known = companions.get(type);
            if (known == null) {
                known = maker.get(); // which may ask for another companion
                companions.put(type, known);
            }
            return type.cast(known);
        }

        void onClose(AutoCloseable resource) {
            scope.onClose(resource);
        }
    }

    /** The instances of a generation that is being built. */
    Draft draft() {
        return new Draft();
    }

    /** Closes every instance that is not among these. */
    void retain(Set<Instance> inUse) {
        List<Instance> gone = new ArrayList<>(living.values());
        gone.removeAll(inUse);
        for (int i = gone.size() - 1; i >= 0; i--) {
            Instance instance = gone.get(i);
            living.remove(instance.key);
            instance.scope.close();
        }
    }

    /** The realms that something living is made of. */
    Set<Realm> realms() {
        Set<Realm> realms = new HashSet<>();
        living.values().forEach(instance -> realms.addAll(instance.realms()));
        return realms;
    }

    /** How many live. */
    int size() {
        return living.size();
    }

    /** Collects instances; new ones are closed again if the draft is dropped. */
    final class Draft {
        private final Map<Key, Instance> used = new LinkedHashMap<>();
        private final List<Instance> made = new ArrayList<>();

        /** The instance for this place: one that lives already if it is equal, else a new one. */
        Instance obtain(String path, Owned<?> owner, Class<?> kind, Record config) {
            Key key = new Key(path, kind, owner.provider().type(), owner.realm(), config);
            Instance known = used.get(key);
            if (known == null) {
                known = living.get(key);
            }
            if (known == null) {
                known = make(key, owner, config);
                made.add(known);
            }
            used.put(key, known);
            return known;
        }

        private Instance make(Key key, Owned<?> owner, Record config) {
            InstanceScope scope = new InstanceScope(key.path(), owner, services, cluster);
            boolean done = false;
            try {
                Instance instance = new Instance(key, InstanceScope.make(owner, config, scope), scope);
                done = true;
                return instance;
            } finally {
                if (!done) {
                    scope.close();
                }
            }
        }

        /** Whether the instance was made for this draft. */
        boolean isNew(Instance instance) {
            return made.contains(instance);
        }

        Set<Instance> commit() {
            made.forEach(instance -> living.put(instance.key, instance));
            return Set.copyOf(used.values());
        }

        void drop() {
            for (int i = made.size() - 1; i >= 0; i--) {
                made.get(i).scope.close();
            }
            made.clear();
        }
    }
}
