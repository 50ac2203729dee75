package io.leba.kernel.generation;

import io.leba.kernel.backend.GroupRuntime;
import io.leba.kernel.config.Problems;
import io.leba.kernel.generation.Instances.Instance;
import io.leba.kernel.traffic.Frontend;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.QuicAcceptor;
import io.leba.kernel.transport.tls.ClientTls;
import io.leba.kernel.transport.tls.ServerTls;
import io.leba.spi.OnControl;
import io.leba.spi.config.Position;
import io.leba.spi.control.Control;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.QuicTerms;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
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
    private final List<ClientTls> encryptions;
    private final List<Serving> serving;
    private final List<Standing> standing;
    private final Services services;
    private final Sockets.Claims claims = new Sockets.Claims();
    private Sockets.Draft sockets;
    private QuicSockets.Draft quic;

    Prepared(
            Generation generation,
            Instances.Draft instances,
            List<GroupRuntime.Prepared> groups,
            List<GroupRuntime> newRuntimes,
            List<ClientTls> encryptions,
            List<Serving> serving,
            List<Standing> standing,
            Services services) {
        this.generation = generation;
        this.instances = instances;
        this.groups = groups;
        this.newRuntimes = newRuntimes;
        this.encryptions = encryptions;
        this.serving = serving;
        this.standing = standing;
        this.services = services;
    }

    /** What a frontend will do. */
    record Serving(
            Frontend frontend,
            boolean isNew,
            Generation.Listening listening,
            List<Frontend.Service> services,
            Frontend.Entrance entrance,
            Optional<QuicTerms> quic,
            Position position) {}

    /** A service of the generation. */
    record Standing(ServiceLine line, boolean isNew, Position position) {}

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

    /** Finds out which addresses are wanted, and whether two want the same one. Once, before {@link #acquire}. */
    void claim(Problems problems) {
        Set<String> names = new HashSet<>();
        for (Serving one : serving) {
            if (!names.add(one.frontend().name())) {
                continue; // a name that is taken is a problem already
            }
            try {
                claims.claim(one.listening().requested(), "'" + one.frontend().name() + "'");
            } catch (IOException e) {
                problems.addForeign(one.position(), e.getMessage());
            }
        }
        for (Standing one : standing) {
            try {
                one.line().claim(claims);
            } catch (IOException e) {
                problems.addForeign(one.position(), e.getMessage());
            }
        }
    }

    /** Takes the addresses that were claimed, and starts the services: the last things that can fail. */
    void acquire(Sockets table, QuicSockets datagrams, Control control, Problems problems) {
        sockets = table.draft(claims);
        quic = datagrams.draft();
        for (Serving one : serving) {
            try {
                sockets.need(one.listening().requested());
                if (one.quic().isPresent()) {
                    quic.need(
                            sockets.address(one.listening().requested()),
                            one.quic().get());
                }
            } catch (IOException e) {
                problems.addForeign(one.position(), e.getMessage());
            }
        }
        for (Standing one : standing) {
            try {
                one.line().listen(sockets);
            } catch (IOException e) {
                problems.addForeign(one.position(), e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            return;
        }
        for (Standing one : standing) {
            if (one.isNew()) {
                try {
                    one.line().start(sockets, control);
                } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                    problems.addForeign(one.position(), e.getMessage() == null ? e.toString() : e.getMessage());
                }
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
        encryptions.forEach(ClientTls::close); // the groups hold them now
        members.accept(committed);
        Map<Sockets.Requested, Sockets.Target> targets = new HashMap<>();
        Map<InetSocketAddress, QuicAcceptor> overQuic = new HashMap<>();
        List<KernelLoop> traffic = services.loops().loops();
        for (Serving one : serving) {
            one.frontend().serve(generation.number(), one.services(), one.entrance());
            targets.put(one.listening().requested(), new Sockets.Target(one.frontend(), traffic, false));
            one.frontend()
                    .quicPort(
                            one.quic().isPresent()
                                    ? sockets.address(one.listening().requested())
                                            .getPort()
                                    : 0);
            if (one.quic().isPresent()) {
                overQuic.put(
                        sockets.address(one.listening().requested()),
                        one.frontend().quic());
            }
        }
        for (Standing one : standing) {
            one.line().serve(targets, services.loops().asideLoop());
        }
        sockets.commit(targets);
        quic.commit(overQuic);
        return committed;
    }

    /** The services. */
    List<ServiceLine> services() {
        return standing.stream().map(Standing::line).toList();
    }

    /** Undoes everything. */
    void drop() {
        if (sockets != null) {
            sockets.drop();
            quic.drop();
        }
        instances.drop();
        encryptions.forEach(ClientTls::close);
        for (Serving one : serving) {
            one.entrance()
                    .tls()
                    .filter(made -> one.frontend().tls().filter(made::equals).isEmpty())
                    .ifPresent(ServerTls::close);
            if (one.isNew()) {
                one.frontend().close();
            }
        }
        newRuntimes.forEach(services.registry()::retire);
    }
}
