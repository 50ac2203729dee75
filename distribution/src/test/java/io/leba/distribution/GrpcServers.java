package io.leba.distribution;

import io.grpc.BindableService;
import io.grpc.ForwardingServerBuilder;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Two gRPC servers that stay while what they serve changes: each case of a suite brings its own services. */
final class GrpcServers implements AutoCloseable {
    static final int LARGEST_MESSAGE = 16 << 20;

    private static final int TRACERS = 2;

    private final List<Server> servers = new ArrayList<>();
    private final List<AtomicInteger> calls = new ArrayList<>();
    private volatile Served served = new Served();

    /** What is served for one case. */
    private static final class Served {
        private final List<ServerServiceDefinition> services = new ArrayList<>();
        private final List<ServerStreamTracer.Factory> tracers = new ArrayList<>();

        ServerMethodDefinition<?, ?> method(String name) {
            return services.stream()
                    .map(service -> service.getMethod(name))
                    .filter(method -> method != null)
                    .findFirst()
                    .orElse(null);
        }

        ServerStreamTracer tracer(int index, String method, Metadata headers) {
            return index < tracers.size()
                    ? tracers.get(index).newServerStreamTracer(method, headers)
                    : new ServerStreamTracer() {};
        }
    }

    /** On two ports of this machine. */
    GrpcServers(List<Integer> ports) throws IOException {
        for (int port : ports) {
            AtomicInteger count = new AtomicInteger();
            NettyServerBuilder builder = NettyServerBuilder.forPort(port)
                    .maxInboundMessageSize(LARGEST_MESSAGE)
                    .fallbackHandlerRegistry(new HandlerRegistry() {
                        @Override
                        public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
                            count.incrementAndGet();
                            return served.method(name);
                        }
                    });
            InternalNettyServerBuilder.setStatsEnabled(builder, false);
            IntStream.range(0, TRACERS)
                    .forEach(i -> builder.addStreamTracerFactory(new ServerStreamTracer.Factory() {
                        @Override
                        public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                            return served.tracer(i, method, headers);
                        }
                    }));
            calls.add(count);
            servers.add(builder.build().start());
        }
    }

    /** How many calls each has got. */
    List<Integer> calls() {
        return calls.stream().map(AtomicInteger::get).toList();
    }

    /** Builds what looks like a server, and is what these serve from its start on. */
    ServerBuilder<?> forCase() {
        return new OneCase();
    }

    @Override
    public void close() {
        servers.forEach(Server::shutdownNow);
    }

    /** Collects what a case wants served. */
    private final class OneCase extends ForwardingServerBuilder<OneCase> {
        private final Served wanted = new Served();

        @Override
        protected ServerBuilder<?> delegate() {
            throw new UnsupportedOperationException("a case that wants more than services and tracers");
        }

        @Override
        public OneCase addService(ServerServiceDefinition service) {
            wanted.services.add(service);
            return this;
        }

        @Override
        public OneCase addService(BindableService service) {
            return addService(service.bindService());
        }

        @Override
        public OneCase addStreamTracerFactory(ServerStreamTracer.Factory factory) {
            if (wanted.tracers.size() == TRACERS) {
                throw new UnsupportedOperationException("a case with more than " + TRACERS + " tracers");
            }
            wanted.tracers.add(factory);
            return this;
        }

        @Override
        public Server build() {
            return new CaseServer(wanted);
        }
    }

    /** What a case takes for its server. */
    private final class CaseServer extends Server {
        private final Served wanted;
        private boolean isShutdown;

        CaseServer(Served wanted) {
            this.wanted = wanted;
        }

        @Override
        public Server start() {
            served = wanted;
            return this;
        }

        @Override
        public List<SocketAddress> getListenSockets() {
            return servers.stream()
                    .<SocketAddress>flatMap(server -> server.getListenSockets().stream())
                    .toList();
        }

        @Override
        public Server shutdown() {
            isShutdown = true;
            return this;
        }

        @Override
        public Server shutdownNow() {
            return shutdown();
        }

        @Override
        public boolean isShutdown() {
            return isShutdown;
        }

        @Override
        public boolean isTerminated() {
            return isShutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return isShutdown;
        }

        @Override
        public void awaitTermination() {}
    }
}
