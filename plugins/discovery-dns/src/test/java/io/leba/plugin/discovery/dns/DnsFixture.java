package io.leba.plugin.discovery.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.config.Position;
import io.leba.testkit.TestScope;
import io.leba.testkit.discovery.RecordingSink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A name server of the test's own, a discovery to vary that asks it, and what that finds. */
abstract class DnsFixture {
    static final Duration INTERVAL = Duration.ofSeconds(30);
    /** Long enough for the loopback address on a busy machine, unless silence is the point. */
    static final Duration PATIENT = Duration.ofSeconds(10);

    static final Duration IMPATIENT = Duration.ofMillis(50);

    final TestScope scope = TestScope.of("backend_groups[app].discovery");
    final RecordingSink sink = new RecordingSink();
    TinyDns dns;

    @BeforeEach
    void startServer() throws IOException {
        dns = new TinyDns();
    }

    @AfterEach
    void stopServer() throws IOException {
        scope.close();
        dns.close();
    }

    /** A configuration to vary. */
    final class Wish {
        private Optional<Integer> port = Optional.of(80);
        private AddressFamily family = AddressFamily.AUTO;
        private List<String> resolvers = List.of(dns.address());
        private Duration timeout = PATIENT;
        private IfMissing ifMissing = IfMissing.KEEP;

        Wish port(Integer changed) {
            port = Optional.ofNullable(changed);
            return this;
        }

        Wish family(AddressFamily changed) {
            family = changed;
            return this;
        }

        Wish resolvers(String... changed) {
            resolvers = List.of(changed);
            return this;
        }

        Wish timeout(Duration changed) {
            timeout = changed;
            return this;
        }

        Wish ifMissing(IfMissing changed) {
            ifMissing = changed;
            return this;
        }

        void start(String domain) {
            new DnsProvider()
                    .create(
                            new DnsConfig(domain, port, INTERVAL, family, resolvers, timeout, ifMissing, Position.NONE),
                            scope)
                    .start(sink);
            turn(Duration.ZERO);
        }
    }

    void turn(Duration time) {
        scope.background().advance(time);
        assertEquals(List.of(), scope.background().failures());
    }
}
