package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** All interoperability cases of gRPC through LEBA, with TLS and without, to two backends that speak HTTP/2 in the clear. */
class GrpcInteropIT {
    private static final int CASES = 37;

    @TempDir
    private static Path folder;

    private static GrpcServers servers;
    private static GrpcInterop.Place clear;
    private static GrpcInterop.Place tls;
    private static RunningLeba leba;

    @BeforeAll
    static void start() throws Exception {
        SelfSigned identity = SelfSigned.in(folder);
        List<Integer> ports = RunningLeba.freePorts(4);
        servers = new GrpcServers(ports.subList(2, 4));
        clear = new GrpcInterop.Place(servers, ports.get(0), Optional.empty());
        tls = new GrpcInterop.Place(servers, ports.get(1), Optional.of(identity.certificate()));
        leba = RunningLeba.serving(folder, """
                frontend_services:
                  - {name: clear, protocol: http, address: 127.0.0.1, port: %d, default_backend: calls}
                  - {name: tls, protocol: https, address: 127.0.0.1, port: %d, default_backend: calls, tls: {cert_file: %s, key_file: %s}}
                backend_groups:
                  - {name: calls, protocol: h2c}
                backends:
                  - {address: 127.0.0.1, port: %d, group_name: calls}
                  - {address: 127.0.0.1, port: %d, group_name: calls}
                """.formatted(
                ports.get(0), ports.get(1), identity.certificate(), identity.key(), ports.get(2), ports.get(3)));
    }

    @AfterAll
    static void stop() throws Exception {
        leba.close();
        servers.close();
    }

    private static Stream<DynamicNode> tests(GrpcInterop.Place place) {
        List<GrpcInterop.Case> cases = GrpcInterop.cases();
        assertEquals(CASES, cases.size(), "cases of this version of gRPC");
        return cases.stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> one.run(place)));
    }

    @TestFactory
    Stream<DynamicNode> allCasesPassWithoutTls() {
        return tests(clear);
    }

    @TestFactory
    Stream<DynamicNode> allCasesPassWithTls() {
        return tests(tls);
    }

    @Test
    void theCallsOfOneConnectionAreBalancedOneByOne() {
        for (GrpcInterop.Place place : List.of(clear, tls)) {
            List<Integer> before = servers.calls();
            GrpcInterop.calls(20).run(place);
            List<Integer> after = servers.calls();
            assertEquals(10, after.get(0) - before.get(0));
            assertEquals(10, after.get(1) - before.get(1));
        }
    }
}
