package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.AssumptionViolatedException;

/** One of gRPC's own interoperability cases, with something between its client, which has a connection of its own, and its servers. */
final class GrpcInterop extends AbstractInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Place place;

    /**
     * Where cases happen.
     *
     * @param servers what stands behind
     * @param port where clients connect to
     * @param trusted the certificate that clients trust; empty: no TLS
     */
    record Place(GrpcServers servers, int port, Optional<Path> trusted) {}

    /** What is done in a case. */
    interface Steps {
        void of(GrpcInterop running) throws Exception;
    }

    /** A case by its name. */
    record Case(String name, Steps steps) {
        void run(Place place) {
            assertTimeoutPreemptively(PATIENCE, () -> {
                GrpcInterop running = new GrpcInterop(place);
                running.setUp();
                try {
                    steps.of(running);
                } catch (AssumptionViolatedException e) {
                    throw new AssertionError("no case is left out", e);
                } finally {
                    running.tearDown();
                }
            });
        }
    }

    private GrpcInterop(Place place) {
        this.place = place;
    }

    /**
     * Every case there is: those that the suite gives to JUnit, and the two that take an argument, whether to ask first if the server notices
     * messages that are not compressed, which one in Java cannot.
     */
    static List<Case> cases() {
        Stream<Case> given = Arrays.stream(AbstractInteropTest.class.getMethods())
                .filter(method -> method.isAnnotationPresent(org.junit.Test.class))
                .map(method -> new Case(method.getName(), running -> call(method, running)));
        Stream<Case> further = Stream.of(
                new Case("clientCompressedUnary", running -> running.clientCompressedUnary(false)),
                new Case("clientCompressedStreaming", running -> running.clientCompressedStreaming(false)));
        return Stream.concat(given, further)
                .sorted(Comparator.comparing(Case::name))
                .toList();
    }

    private static void call(Method method, GrpcInterop on) throws Exception {
        try {
            method.invoke(on);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    /** Calls on one connection, one behind the other. */
    static Case calls(int count) {
        return new Case("calls", running -> {
            for (int i = 0; i < count; i++) {
                running.blockingStub.emptyCall(EMPTY);
            }
        });
    }

    @Override
    protected ServerBuilder<?> getServerBuilder() {
        return place.servers().forCase().addStreamTracerFactory(createCustomCensusTracerFactory());
    }

    @Override
    protected ManagedChannelBuilder<?> createChannelBuilder() {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress("127.0.0.1", place.port())
                .overrideAuthority("localhost")
                .maxInboundMessageSize(GrpcServers.LARGEST_MESSAGE)
                .intercept(createCensusStatsClientInterceptor());
        InternalNettyChannelBuilder.setStatsEnabled(builder, false);
        if (place.trusted().isEmpty()) {
            return builder.usePlaintext();
        }
        try {
            return builder.sslContext(GrpcSslContexts.forClient()
                    .trustManager(place.trusted().get().toFile())
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected boolean customCensusModulePresent() {
        return true;
    }

    /** Measurements are those of gRPC's libraries themselves. */
    @Override
    protected boolean metricsExpected() {
        return false;
    }
}
