package io.leba.kernel.generation;

import io.leba.kernel.backend.BackendRegistry;
import io.leba.kernel.backend.GroupRuntime;
import io.leba.kernel.config.Problems;
import io.leba.kernel.generation.Instances.Instance;
import io.leba.kernel.traffic.Frontend;
import io.leba.kernel.transport.TlsContext;
import io.leba.spi.OnControl;
import io.leba.spi.config.Position;
import io.leba.spi.control.Control;
import io.leba.spi.control.Service;
import io.leba.spi.protocol.Protocol;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A generation that is built but not published. Ends with {@link #commit} or {@link #drop}. */
@OnControl
final class Prepared {
    private final Generation generation;
    private final Instances.Draft instances;
    private final List<GroupRuntime.Prepared> groups;
    private final List<GroupRuntime> newRuntimes;
    private final List<Serving> serving;
    private final List<Instance> startups;
    private final BackendRegistry registry;
    private Sockets.Draft sockets;

    Prepared(
            Generation generation,
            Instances.Draft instances,
            List<GroupRuntime.Prepared> groups,
            List<GroupRuntime> newRuntimes,
            List<Serving> serving,
            List<Instance> startups,
            BackendRegistry registry) {
        this.generation = generation;
        this.instances = instances;
        this.groups = groups;
        this.newRuntimes = newRuntimes;
        this.serving = serving;
        this.startups = startups;
        this.registry = registry;
    }

    /** What a frontend will do. */
    record Serving(
            Frontend frontend,
            boolean isNew,
            Generation.Listening listening,
            List<Frontend.Service> services,
            Optional<TlsContext> tls,
            Position position) {}

    /** What would serve; without the instances, which are told at the commit. */
    Generation generation() {
        return generation;
    }

    /** The protocol instances that would serve on each frontend, by its name. */
    Map<String, Set<Protocol>> protocols() {
        Map<String, Set<Protocol>> protocols = new HashMap<>();
        for (Serving one : serving) {
            Set<Protocol> instances = Collections.newSetFromMap(new IdentityHashMap<>());
            one.services().forEach(service -> instances.add(service.protocol()));
            protocols.put(one.frontend().name(), instances);
        }
        return protocols;
    }

    /** Takes the addresses and starts the services: the last things that can fail. */
    void acquire(Sockets table, Control control, Problems problems) {
        sockets = table.draft();
        Map<Sockets.Requested, String> taken = new HashMap<>();
        for (Serving one : serving) {
            String other = taken.put(one.listening().requested(), one.frontend().name());
            if (other != null) {
                problems.add(one.position(), "listens on the same address as '" + other + "'; choose another port");
                continue;
            }
            try {
                sockets.need(one.listening().requested());
            } catch (java.io.IOException e) {
                problems.addForeign(one.position(), e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            return;
        }
        for (Instance instance : startups) {
            try {
                instance.product(Service.class).start(control);
            } catch (Exception | LinkageError e) {
                problems.addForeign(Position.NONE, instance.path() + ": " + e.getMessage());
            }
        }
    }

    /**
     * Publishes: from the next exchange on, the new generation serves.
     *
     * @param members gives each group its backends
     */
    Generation commit(java.util.function.Consumer<Generation> members) {
        Set<Instance> used = instances.commit();
        Generation committed = new Generation(
                generation.number(),
                generation.sections(),
                generation.catalog(),
                generation.cluster(),
                used,
                generation.sources(),
                generation.frontends(),
                generation.groups(),
                generation.routes());
        groups.forEach(GroupRuntime.Prepared::commit);
        members.accept(committed);
        Map<Sockets.Requested, Frontend> acceptors = new HashMap<>();
        for (Serving one : serving) {
            one.frontend().serve(generation.number(), one.services(), one.tls());
            acceptors.put(one.listening().requested(), one.frontend());
        }
        sockets.commit(acceptors);
        return committed;
    }

    /** Undoes everything. */
    void drop() {
        if (sockets != null) {
            sockets.drop();
        }
        instances.drop();
        for (Serving one : serving) {
            if (one.isNew()) {
                one.frontend().close();
            }
        }
        newRuntimes.forEach(registry::retire);
    }
}
