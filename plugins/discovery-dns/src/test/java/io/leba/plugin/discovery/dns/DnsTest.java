package io.leba.plugin.discovery.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leba.plugin.discovery.dns.TinyDns.Mood;
import io.leba.spi.config.Position;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.ResolverConfig;

class DnsTest extends DnsFixture {
    @Test
    void everyAddressIsABackend() throws IOException {
        dns.set("app.test", "60 A 10.0.0.2", "60 A 10.0.0.1");

        new Wish().start("app.test");

        assertEquals(List.of("10.0.0.1:80", "10.0.0.2:80"), sink.names());
        assertEquals(Map.of("host", "app.test"), sink.backends().get(0).labels());
        assertEquals(List.of(), sink.failures());
    }

    @Test
    void startingAsksNothingOnTheCallersThread() throws IOException {
        dns.set("app.test", "60 A 10.0.0.1");
        new DnsProvider()
                .create(
                        new DnsConfig(
                                "app.test",
                                Optional.of(80),
                                INTERVAL,
                                AddressFamily.AUTO,
                                List.of(dns.address()),
                                PATIENT,
                                IfMissing.KEEP,
                                Position.NONE),
                        scope)
                .start(sink);

        assertEquals(List.of(), dns.asked());
        turn(Duration.ZERO);
        assertEquals(List.of("app.test A"), dns.asked());
    }

    @Test
    void lookingUpLeavesNoThreadBehind() throws IOException {
        dns.set("app.test", "60 A 10.0.0.1");
        new Wish().start("app.test");

        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("dnsjava")));
        assertEquals(1, sink.backends().size());
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "60, 30", "0, 30", "30, 30", "1, 1"})
    void theNameIsAskedAgainAfterItsTimeToLiveOrTheInterval(int timeToLive, int seconds) throws IOException {
        dns.set("app.test", "600 A 10.0.0.1", timeToLive + " A 10.0.0.2");
        new Wish().start("app.test");
        dns.asked();

        turn(Duration.ofSeconds(seconds).minusMillis(1));
        assertEquals(List.of(), dns.asked());
        turn(Duration.ofMillis(1));
        assertEquals(List.of("app.test A"), dns.asked());
    }

    @Test
    void backendsComeAndGoWithTheirAddresses() throws IOException {
        dns.set("app.test", "60 A 10.0.0.1", "60 A 10.0.0.2");
        new Wish().start("app.test");
        dns.set("app.test", "60 A 10.0.0.2", "60 A 10.0.0.3");

        turn(INTERVAL);

        assertEquals(List.of("10.0.0.2:80", "10.0.0.3:80"), sink.names());
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, both.test, 10.0.0.1:80",
        "AUTO, six.test, '[2001:db8:0:0:0:0:0:1]:80'",
        "IPV4, both.test, 10.0.0.1:80",
        "IPV6, both.test, '[2001:db8:0:0:0:0:0:1]:80'",
        "ALL, both.test, '10.0.0.1:80,[2001:db8:0:0:0:0:0:1]:80'",
        "ALL, four.test, 10.0.0.1:80",
        "ALL, six.test, '[2001:db8:0:0:0:0:0:1]:80'"
    })
    void theFamilyDecidesWhichAddressesAreUsed(AddressFamily family, String domain, String names) throws IOException {
        dns.set("both.test", "60 A 10.0.0.1", "60 AAAA 2001:db8::1");
        dns.set("four.test", "60 A 10.0.0.1");
        dns.set("six.test", "60 AAAA 2001:db8::1");

        new Wish().family(family).start(domain);

        assertEquals(Arrays.asList(names.split(",")), sink.names());
    }

    @Test
    void aliasesAreFollowed() throws IOException {
        dns.set("app.test", "60 CNAME one.test.");
        dns.set("one.test", "60 CNAME two.test.");
        dns.set("two.test", "60 A 10.0.0.1");

        new Wish().start("app.test");

        assertEquals(List.of("10.0.0.1:80"), sink.names());
    }

    @Test
    void aliasesInACircleAreAFailure() throws IOException {
        dns.set("app.test", "60 CNAME one.test.");
        dns.set("one.test", "60 CNAME app.test.");

        new Wish().start("app.test");

        assertEquals(1, sink.failures().size());
        assertTrue(
                sink.failures().get(0).startsWith("app.test: 127.0.0.1:"),
                sink.failures().get(0));
    }

    @Test
    void serviceRecordsBringPortWeightAndPriority() throws IOException {
        dns.set(
                "_http._tcp.app.test",
                "60 SRV 20 0 8081 b.test.",
                "60 SRV 10 5 8080 a.test.",
                "60 SRV 10 0 8082 a.test.",
                "60 SRV 30 1 1 gone.test.");
        dns.set("a.test", "60 A 10.0.0.1");
        dns.set("b.test", "60 A 10.0.0.2", "60 A 10.0.0.3");

        new Wish().port(null).start("_http._tcp.app.test");

        assertEquals(
                List.of(
                        "10.0.0.1:8080 weight 5 priority 0 of a.test",
                        "10.0.0.1:8082 weight 1 priority 0 of a.test",
                        "10.0.0.2:8081 weight 1 priority 1 of b.test",
                        "10.0.0.3:8081 weight 1 priority 1 of b.test"),
                sink.backends().stream()
                        .map(spec -> spec.nameOrAddress() + " weight " + spec.weight() + " priority " + spec.priority()
                                + " of " + spec.labels().get("host"))
                        .toList());
    }

    @Test
    void aServiceThatIsDecidedlyNotAvailableHasNoBackends() throws IOException {
        dns.set("_http._tcp.app.test", "60 SRV 0 0 0 .");

        new Wish().port(null).start("_http._tcp.app.test");

        assertEquals(List.of(), sink.backends());
        assertEquals(List.of(), sink.failures());
    }

    @Test
    void aServiceWhoseTargetsHaveNoAddressIsMissing() throws IOException {
        dns.set("_http._tcp.app.test", "60 SRV 0 0 80 gone.test.");

        new Wish().port(null).start("_http._tcp.app.test");

        assertEquals(List.of("_http._tcp.app.test: none of its SRV targets has an address"), sink.failures());
    }

    @Test
    void anAnswerThatIsCutOffIsAskedForOverTcp() throws IOException {
        String[] records =
                IntStream.range(0, 200).mapToObj(i -> "60 A 10.0.1." + i).toArray(String[]::new);
        dns.set("app.test", records);
        dns.mood(Mood.TRUNCATED);

        new Wish().start("app.test");

        assertEquals(200, sink.backends().size());
        assertEquals(List.of("app.test A", "app.test A/tcp"), dns.asked());
    }

    @Test
    void aClosedScopeAsksNoMore() throws IOException {
        dns.set("app.test", "60 A 10.0.0.1");
        new Wish().start("app.test");
        dns.asked();
        scope.close();

        turn(INTERVAL.multipliedBy(3));

        assertEquals(List.of(), dns.asked());
    }

    @Test
    void anAddressNeedsNoLookup() {
        new Wish().resolvers("127.0.0.1:1").start("10.0.0.9");

        assertEquals(List.of("10.0.0.9:80"), sink.names());
        assertEquals(List.of(), sink.failures());
    }

    @Test
    void theSystemsServersAndSearchListAreUsedByDefault() throws IOException {
        dns.set("app.inner.test", "60 A 10.0.0.1");
        System.setProperty("dns.server", dns.address());
        System.setProperty("dns.search", "inner.test");
        try {
            ResolverConfig.refresh();
            new Wish().resolvers().start("app");
        } finally {
            System.clearProperty("dns.server");
            System.clearProperty("dns.search");
            ResolverConfig.refresh();
        }

        assertEquals(List.of("10.0.0.1:80"), sink.names());
    }

    @Test
    void theSystemsHostsFileIsUsedByDefault() throws IOException {
        Path hosts = Path.of("/etc/hosts");
        assumeTrue(Files.isReadable(hosts) && Files.readString(hosts).contains("localhost"));
        new Wish().resolvers().timeout(IMPATIENT).start("localhost");

        assertEquals(List.of("127.0.0.1:80"), sink.names());
    }

    @ParameterizedTest
    @EnumSource(AddressFamily.class)
    void whatFailsForOneFamilyFailsForTheName(AddressFamily family) throws IOException {
        dns.set("app.test", "60 A 10.0.0.1", "60 AAAA 2001:db8::1");
        dns.mood(Mood.SERVFAIL);

        new Wish().family(family).start("app.test");

        assertEquals(List.of("app.test: " + dns.address() + " answered SERVFAIL"), sink.failures());
    }

    @Test
    void severalNamesAreDeliveredTogether() throws IOException {
        dns.set("a.test", "5 A 10.0.0.1");
        dns.set("b.test", "60 A 10.0.0.2");
        Discovery discovery = new DnsBackendsProvider()
                .create(
                        new DnsBackendsConfig(List.of(
                                item("a.test", "app", null), item("b.test", "app", null), item("c.test", "", null))),
                        scope);

        discovery.start(sink);
        turn(Duration.ZERO);

        assertEquals(List.of("10.0.0.1:80", "10.0.0.2:80"), sink.names());
        assertEquals(List.of("c.test: no such domain"), sink.failures());
        BackendSpec first = sink.backends().get(0);
        assertEquals(Optional.of("app"), first.groupName());
        assertEquals(Optional.of("http"), first.protocol());
        assertEquals(Map.of("app", "http"), discovery.groups());

        dns.mood(Mood.SERVFAIL);
        turn(Duration.ofSeconds(5));
        assertEquals(List.of("10.0.0.1:80", "10.0.0.2:80"), sink.names());
        String all = sink.failures().get(sink.failures().size() - 1);
        assertEquals(
                "a.test: " + dns.address() + " answered SERVFAIL; c.test: " + dns.address() + " answered SERVFAIL",
                all);
    }

    @Test
    void oneBackendBehindTwoNamesOfAGroupIsOneBackend() throws IOException {
        dns.set("a.test", "60 A 10.0.0.1");
        dns.set("b.test", "60 A 10.0.0.1", "60 A 10.0.0.2");
        new DnsBackendsProvider()
                .create(
                        new DnsBackendsConfig(List.of(
                                item("a.test", "app", true), item("b.test", "app", null), item("b.test", "", null))),
                        scope)
                .start(sink);
        turn(Duration.ZERO);

        assertEquals(
                List.of("10.0.0.1:80 0", "10.0.0.2:80 1", "10.0.0.1:80 0", "10.0.0.2:80 0"),
                sink.backends().stream()
                        .map(spec -> spec.nameOrAddress() + " " + spec.priority())
                        .toList());
    }

    @Test
    void noNamesAreNoBackends() {
        new DnsBackendsProvider()
                .create(new DnsBackendsConfig(List.of()), scope)
                .start(sink);

        assertEquals(List.of(), sink.backends());
    }

    private DnsBackendConfig item(String domain, String group, Boolean isPrimary) {
        return new DnsBackendConfig(
                domain,
                Optional.of("http"),
                Optional.of(80),
                INTERVAL,
                Optional.of(group).filter(text -> !text.isEmpty()),
                Optional.ofNullable(isPrimary),
                AddressFamily.AUTO,
                List.of(dns.address()),
                PATIENT,
                IfMissing.KEEP,
                Position.NONE);
    }
}
