package io.leba.kernel.plugin;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closed realms whose classes something still holds. Nonzero for longer than a garbage collection takes means a leak: a
 * thread, a thread local, a static registry that knows a plugin's object. Any thread.
 */
final class LingeringRealms {
    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
    private final Set<Loader> waiting = ConcurrentHashMap.newKeySet();

    /** @param realm the label and identity of the realm that the loader belongs to; must not lead to the loader */
    void add(RealmIdentity realm, ClassLoader loader) {
        waiting.add(new Loader(realm, loader, collected));
    }

    /** How many are not collected yet. */
    int count() {
        return names().size();
    }

    /** Which they are. */
    List<String> names() {
        for (Reference<?> gone = collected.poll(); gone != null; gone = collected.poll()) {
            waiting.remove(gone);
        }
        return waiting.stream()
                .map(loader -> loader.realm)
                .distinct()
                .map(RealmIdentity::toString)
                .sorted()
                .toList();
    }

    private static final class Loader extends PhantomReference<ClassLoader> {
        private final RealmIdentity realm;

        Loader(RealmIdentity realm, ClassLoader loader, ReferenceQueue<ClassLoader> collected) {
            super(loader, collected);
            this.realm = realm;
        }
    }
}
