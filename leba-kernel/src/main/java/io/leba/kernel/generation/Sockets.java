package io.leba.kernel.generation;

import io.leba.kernel.transport.Acceptor;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.Listener;
import io.leba.spi.OnControl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The listening sockets, of frontends and of services. They outlive generations, and are told apart by the address that they
 * are really bound to: a socket is closed only when nothing asks for its address, however it is written.
 *
 * <p>A change between overlapping addresses ({@code 127.0.0.1:80} and {@code *:80}) never leaves a moment in which connections
 * are refused. Both sockets are open for a time: one whose address the new one covers stays and feeds the same acceptor; one
 * that covered the new one goes on accepting for {@link #LINGER}, because a handshake under way ends where it began.
 */
@OnControl
final class Sockets {
    private static final int BACKLOG = 4096;
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Services services;
    private final Map<Endpoint, Listener> bound = new LinkedHashMap<>();
    private final Map<Endpoint, Listener> lingering = new HashMap<>();
    private List<Listener> ofServices = List.of();
    private volatile Map<Requested, Listener> serving = Map.of();

    /** While the node waits for its turn: what each socket is to do then. */
    private Map<Listener, Runnable> held;

    Sockets(Services services) {
        this.services = services;
    }

    /**
     * An address as it is asked for.
     *
     * @param address as written; empty: all
     * @param port as written
     * @param name who asks, if the port is 0 and so is no identity; else empty
     */
    record Requested(String address, int port, String name) {
        static Requested of(String address, int port, String name) {
            boolean isAll = address.equals("*") || address.equals("0.0.0.0") || address.equals("::");
            return new Requested(isAll ? "" : address, port, port == 0 ? name : "");
        }

        static Requested of(InetSocketAddress address, String name) {
            InetAddress host = address.getAddress();
            String text =
                    host == null ? address.getHostString() : host.isAnyLocalAddress() ? "" : host.getHostAddress();
            return of(text, address.getPort(), name);
        }

        /** As an operator would write it; {@code *} for all addresses. */
        String shown() {
            String host = address.isEmpty() ? "*" : address.indexOf(':') >= 0 ? "[" + address + "]" : address;
            return host + ":" + port;
        }

        private Endpoint resolve() throws IOException {
            InetAddress host;
            try {
                host = address.isEmpty() ? null : InetAddress.getByName(address);
            } catch (UnknownHostException e) {
                throw new IOException(
                        "cannot listen on " + shown() + ": the host name is unknown; write an IP address of this host",
                        e);
            }
            return new Endpoint(
                    host == null || host.isAnyLocalAddress() ? Optional.empty() : Optional.of(host), port, name);
        }
    }

    /**
     * What identifies a socket.
     *
     * @param host empty: all addresses of this host, of both IP versions
     */
    private record Endpoint(Optional<InetAddress> host, int port, String name) {
        InetSocketAddress address() {
            return host.map(one -> new InetSocketAddress(one, port)).orElseGet(() -> new InetSocketAddress(port));
        }

        boolean covers(Endpoint other) {
            return port != 0 && port == other.port && host.isEmpty() && other.host.isPresent();
        }

        boolean overlaps(Endpoint other) {
            return covers(other) || other.covers(this);
        }
    }

    /**
     * Who takes the connections of a socket, and which loops carry them.
     *
     * @param isService whether it is a service, which is reached to the very end
     */
    record Target(Acceptor acceptor, List<KernelLoop> loops, boolean isService) {}

    /** The addresses that one generation asks for; nothing is bound. */
    static final class Claims {
        private final Map<Requested, Endpoint> resolved = new HashMap<>();
        private final Map<Endpoint, String> owners = new LinkedHashMap<>();

        /**
         * Adds an address.
         *
         * @param owner who asks, in words
         * @throws IOException if it is unknown or taken by somebody who asked before, with a remedy
         */
        void claim(Requested requested, String owner) throws IOException {
            Endpoint endpoint = requested.resolve();
            for (Map.Entry<Endpoint, String> taken : owners.entrySet()) {
                if (taken.getKey().equals(endpoint)) {
                    throw new IOException(
                            "listens on the same address as " + taken.getValue() + "; choose another port");
                }
                if (taken.getKey().overlaps(endpoint)) {
                    throw new IOException("listens on an address that overlaps with that of " + taken.getValue()
                            + ": one of them takes the port on all addresses; choose another port");
                }
            }
            owners.put(endpoint, owner);
            resolved.put(requested, endpoint);
        }
    }

    /** Sockets bound for a generation that is not published yet. */
    final class Draft {
        private final Map<Endpoint, Listener> added = new LinkedHashMap<>();
        private final Map<Requested, Endpoint> resolved;

        private Draft(Claims claims) {
            resolved = claims.resolved;
        }

        /**
         * Binds an address that was claimed, unless it is bound already. Clients wait in its backlog until {@link #commit}.
         *
         * @throws IOException if the address cannot be had, with the reason and a remedy
         */
        void need(Requested requested) throws IOException {
            Endpoint endpoint = resolved.get(requested);
            if (!bound.containsKey(endpoint) && !lingering.containsKey(endpoint)) {
                added.put(endpoint, services.loops().bind(endpoint.address(), BACKLOG, beside(endpoint)));
            }
        }

        private List<Listener> beside(Endpoint endpoint) {
            List<Listener> beside = new ArrayList<>();
            for (Map<Endpoint, Listener> open : List.of(bound, lingering, added)) {
                open.forEach((other, listener) -> {
                    if (other.overlaps(endpoint)) {
                        beside.add(listener);
                    }
                });
            }
            return beside;
        }

        /** Where the socket listens. */
        InetSocketAddress address(Requested requested) {
            return open(resolved.get(requested)).localAddress();
        }

        private Listener open(Endpoint endpoint) {
            Listener listener = added.getOrDefault(endpoint, bound.get(endpoint));
            return listener == null ? lingering.get(endpoint) : listener;
        }

        void drop() {
            added.values().forEach(Listener::close);
            added.clear();
        }

        /** Takes the new sockets over, gives each its target, and closes those that nobody asks for. */
        void commit(Map<Requested, Target> targets) {
            Map<Endpoint, Target> wanted = new LinkedHashMap<>();
            Map<Requested, Listener> next = new HashMap<>();
            List<Listener> toServices = new ArrayList<>();
            targets.forEach((requested, target) -> {
                Endpoint endpoint = resolved.get(requested);
                Listener listener = open(endpoint);
                lingering.remove(endpoint);
                bound.put(endpoint, listener);
                wanted.put(endpoint, target);
                next.put(requested, listener);
            });
            added.clear();
            for (Iterator<Map.Entry<Endpoint, Listener>> each = bound.entrySet().iterator(); each.hasNext(); ) {
                Map.Entry<Endpoint, Listener> one = each.next();
                Target target = targetOf(one.getKey(), wanted);
                if (target == null) {
                    each.remove();
                    leave(one.getKey(), one.getValue(), wanted);
                } else {
                    accept(one.getValue(), target.acceptor(), target.loops());
                    if (target.isService()) {
                        toServices.add(one.getValue());
                    }
                }
            }
            ofServices = List.copyOf(toServices);
            serving = Map.copyOf(next);
        }
    }

    private void accept(Listener listener, Acceptor acceptor, List<KernelLoop> loops) {
        if (held == null) {
            listener.acceptor(acceptor, loops);
        } else {
            held.put(listener, () -> listener.acceptor(acceptor, loops));
        }
    }

    /** Takes over sockets of another process, which serves on: nothing is accepted from any socket before {@link #release}. */
    void inherit(List<ListeningSocket> sockets) {
        held = new LinkedHashMap<>();
        for (ListeningSocket socket : sockets) {
            try {
                bound.put(new Requested(socket.host(), socket.port(), socket.name()).resolve(), socket.listener());
            } catch (IOException e) {
                throw new IllegalArgumentException(e); // an address needs no lookup
            }
        }
    }

    /** The other process serves no more: accepts. */
    void release() {
        Map<Listener, Runnable> waiting = held;
        held = null;
        waiting.values().forEach(Runnable::run);
    }

    /** What another process would need to take the sockets over. */
    List<ListeningSocket> listening() {
        List<ListeningSocket> listening = new ArrayList<>();
        bound.forEach((endpoint, listener) -> listening.add(new ListeningSocket(
                endpoint.host().map(InetAddress::getHostAddress).orElse(""),
                endpoint.port(),
                endpoint.name(),
                listener)));
        return listening;
    }

    /** What is asked for at an address: by itself, or as one of all addresses. Null: nothing. */
    private static Target targetOf(Endpoint endpoint, Map<Endpoint, Target> wanted) {
        Target own = wanted.get(endpoint);
        if (own != null) {
            return own;
        }
        for (Map.Entry<Endpoint, Target> each : wanted.entrySet()) {
            if (each.getKey().covers(endpoint)) {
                return each.getValue();
            }
        }
        return null;
    }

    /** Closes a socket; later, if some of its addresses are still served by other sockets. */
    private void leave(Endpoint endpoint, Listener listener, Map<Endpoint, Target> wanted) {
        Map<InetAddress, Target> narrower = new HashMap<>();
        wanted.forEach((other, target) -> {
            if (endpoint.covers(other)) {
                narrower.put(other.host().orElseThrow(), target);
            }
        });
        if (narrower.isEmpty()) {
            listener.close();
            return;
        }
        Target any = narrower.values().iterator().next();
        Acceptor byAddress = (channel, loop) -> {
            InetAddress local = ((InetSocketAddress) channel.localAddress()).getAddress();
            Target target = narrower.get(local);
            if (target == null || !target.loops().contains(loop)) {
                channel.close();
            } else {
                target.acceptor().accepted(channel, loop);
            }
        };
        accept(listener, byAddress, any.loops());
        lingering.put(endpoint, listener);
        services.control().after(LINGER, () -> {
            if (lingering.remove(endpoint, listener)) {
                listener.close();
            }
        });
    }

    Draft draft(Claims claims) {
        return new Draft(claims);
    }

    /** Where the socket listens; null if there is none. Any thread. */
    InetSocketAddress address(Requested requested) {
        Listener listener = serving.get(requested);
        return listener == null ? null : listener.localAddress();
    }

    boolean isOpen() {
        return !bound.isEmpty();
    }

    /**
     * Stops accepting, except for services, because the node stops: what is about to be accepted still is. The stage completes
     * when the sockets are closed.
     */
    CompletionStage<Void> finishFrontends() {
        return endFrontends(Listener::finish);
    }

    private CompletionStage<Void> endFrontends(Function<Listener, CompletionStage<Void>> ending) {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        bound.values().removeIf(listener -> {
            if (ofServices.contains(listener)) {
                return false;
            }
            closing.add(ending.apply(listener).toCompletableFuture());
            return true;
        });
        lingering
                .values()
                .forEach(listener -> closing.add(ending.apply(listener).toCompletableFuture()));
        lingering.clear();
        return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
    }

    /** Stops accepting. */
    void close() {
        endFrontends(Listener::close);
        bound.values().forEach(Listener::close);
        bound.clear();
    }
}
