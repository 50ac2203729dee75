package io.leba.plugin.discovery.dns;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Provider;
import io.leba.spi.config.Inline;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Position;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DnsConfigTest {
    private static DnsBackendConfig item(String domain, String group, Boolean isPrimary, String protocol) {
        return new DnsBackendConfig(
                domain,
                Optional.of(protocol),
                Optional.of(80),
                Duration.ofSeconds(30),
                Optional.of(group).filter(text -> !text.isEmpty()),
                Optional.ofNullable(isPrimary),
                AddressFamily.AUTO,
                List.of(),
                Duration.ofSeconds(2),
                IfMissing.KEEP,
                Position.NONE);
    }

    private static DnsConfig config(String domain, Integer port, String... resolvers) {
        return new DnsConfig(
                domain,
                Optional.ofNullable(port),
                Duration.ofSeconds(30),
                AddressFamily.AUTO,
                List.of(resolvers),
                Duration.ofSeconds(2),
                IfMissing.KEEP,
                Position.NONE);
    }

    private static List<Integer> priorities(DnsBackendConfig... items) {
        return new DnsBackendsConfig(List.of(items))
                .sources().stream()
                        .map(source -> source.membership().priority())
                        .toList();
    }

    @Test
    void withoutAPrimaryNameAllAreEqual() {
        assertEquals(List.of(0, 0), priorities(item("a", "g", null, "http"), item("b", "g", null, "http")));
    }

    @Test
    void besideAPrimaryNameTheOthersOfItsGroupAreInReserve() {
        assertEquals(
                List.of(1, 0, 1, 0, 0),
                priorities(
                        item("a", "g", null, "http"),
                        item("b", "g", true, "http"),
                        item("c", "g", false, "http"),
                        item("d", "other", null, "http"),
                        item("e", "", null, "http")));
    }

    @Test
    void namesWithoutAGroupBelongTogetherByProtocol() {
        assertEquals(
                List.of(0, 1, 0),
                priorities(item("a", "", true, "http"), item("b", "", null, "http"), item("c", "", null, "tcp")));
    }

    @Test
    void aNameThatIsMarkedAsNotPrimaryIsInReserve() {
        assertEquals(List.of(1, 0), priorities(item("a", "g", false, "http"), item("b", "g", null, "http")));
    }

    @Test
    void aPortIsNeededExactlyWhereTheRecordsBringNone() {
        assertDoesNotThrow(() -> config("a.test", 80));
        assertDoesNotThrow(() -> config("_http._tcp.a.test", null));
        assertRefused(
                "port",
                "is required; only SRV records, of names that begin with '_', bring one",
                () -> config("a.test", null));
        assertRefused(
                "port",
                "is brought by the SRV records of _http._tcp.a.test; remove it",
                () -> config("_http._tcp.a.test", 80));
    }

    @Test
    void aNameMustBeOne() {
        assertRefused("domain", "must be a domain name, got 'a..b'", () -> config("a..b", 80));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.53, 10.0.0.53:53",
        "127.0.0.1:5353, 127.0.0.1:5353",
        "::1, 0:0:0:0:0:0:0:1:53",
        "[::1], 0:0:0:0:0:0:0:1:53",
        "[::1]:5353, 0:0:0:0:0:0:0:1:5353"
    })
    void serversAreAddresses(String written, String meant) {
        InetSocketAddress server =
                config("a.test", 80, written).source().question().servers().get(0);

        assertEquals(meant, server.getAddress().getHostAddress() + ":" + server.getPort());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"dns.example.com", "10.0.0.53:", "10.0.0.53:0", "10.0.0.53:65536", "[::1", "10.0.0", "", "[::1]x"
            })
    void whatIsNoAddressIsRefused(String written) {
        assertRefused(
                "resolvers",
                "must be IP addresses such as 10.0.0.53, 127.0.0.1:5353 or [::1]:53, got '" + written + "'",
                () -> config("a.test", 80, written));
    }

    @Test
    void thePluginOwnsTheRootKeyAndAGroupsSlot() {
        assertEquals(
                List.of("dns", "dns-backends"),
                new DnsPlugin().providers().stream().map(Provider::type).toList());
        assertEquals(
                List.of(DnsConfig.class, DnsBackendsConfig.class),
                new DnsPlugin().providers().stream().map(Provider::configType).toList());
        assertTrue(DnsBackendsConfig.class.isAnnotationPresent(Inline.class));
    }

    private static void assertRefused(String key, String message, Executable made) {
        InvalidConfig refused = assertThrows(InvalidConfig.class, made);
        assertEquals(key, refused.key());
        assertEquals(message, refused.getMessage());
    }
}
