package io.leba.spi.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.LebaPlugin;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A plugin that worked with the last release works with this SPI. {@code src/api/} holds the signature of each release, from the
 * first tag on, written by {@code mvn -pl leba-spi -am test -Dtest=ApiTest -Dleba.api.write=0.1}; breaks that are meant stand in
 * {@code src/api/accepted-breaks.txt}, each with its reason behind a {@code #}.
 */
class ApiTest {
    private static final Path FOLDER = Path.of("src/api");
    private static final Path ACCEPTED = FOLDER.resolve("accepted-breaks.txt");

    private static Path classes() throws URISyntaxException {
        return Path.of(LebaPlugin.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    /** The interfaces that plugins implement; all others are implemented by the kernel, and may grow. */
    private static Set<String> implemented() {
        return Stream.of(
                        "LebaPlugin",
                        "Provider",
                        "auth.AuthProvider",
                        "auth.Authenticator",
                        "balance.Balancer",
                        "balance.BalancerPolicy",
                        "balance.BalancerProvider",
                        "cluster.ClusterProvider",
                        "cluster.ClusterState",
                        "cluster.ClusterState$SharedCounter",
                        "cluster.ClusterState$SharedMap",
                        "control.AdminEndpoint",
                        "control.Service",
                        "control.ServiceProvider",
                        "discovery.Discovery",
                        "discovery.DiscoveryProvider",
                        "health.BackgroundCheck",
                        "health.Conversation",
                        "health.ConversationCheck",
                        "health.HealthCheck",
                        "health.HealthCheckProvider",
                        "http.HttpBodyFilter",
                        "http.HttpFilter",
                        "http.HttpFilterProvider",
                        "protocol.BackendConnection",
                        "protocol.ConnectionPool$OnConnect",
                        "protocol.ConnectionPool$Opener",
                        "protocol.Detector",
                        "protocol.Group$ExchangeKeys",
                        "protocol.Protocol",
                        "protocol.Protocol$RouteTable",
                        "protocol.ProtocolProvider",
                        "protocol.ServiceSocket",
                        "telemetry.CompletedExchange$AttributeVisitor",
                        "telemetry.ExchangeListener",
                        "telemetry.Telemetry",
                        "telemetry.TelemetryProvider")
                .map(name -> "io.leba.spi." + name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The last release: versions compare by their numbers. */
    private static List<String> released() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            Path last = files.filter(file -> file.getFileName().toString().matches("[0-9]+[.][0-9]+[.]txt"))
                    .max((one, other) -> java.util.Arrays.compare(numbers(one), numbers(other)))
                    .orElse(null);
            return last == null ? List.of() : Files.readAllLines(last);
        }
    }

    private static int[] numbers(Path file) {
        return Stream.of(file.getFileName().toString().split("[.]"))
                .limit(2)
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static List<String> accepted() throws IOException {
        return Files.readAllLines(ACCEPTED).stream()
                .map(line -> line.replaceAll("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Test
    void whatWorkedWithTheLastReleaseWorks() throws Exception {
        List<String> now = Signature.of(classes());
        String write = System.getProperty("leba.api.write", "");
        if (!write.isEmpty()) {
            Files.write(FOLDER.resolve(write + ".txt"), now);
        }
        List<String> breaks = new ArrayList<>(Compatibility.breaks(released(), now, implemented()));
        List<String> stale = new ArrayList<>(accepted());
        stale.removeAll(breaks);
        breaks.removeAll(accepted());

        assertEquals(
                List.of(),
                breaks,
                () ->
                        "the SPI breaks plugins that are compiled against the last release; take it back, or accept each with"
                                + " its reason in " + ACCEPTED + ":\n" + String.join("\n", breaks));
        assertEquals(List.of(), stale, "accepted, but not broken: remove it from " + ACCEPTED);
    }

    @Test
    void everyInterfaceThatPluginsImplementExists() throws Exception {
        List<String> now = Signature.of(classes());

        assertTrue(now.size() > 300, "lines: " + now.size());
        for (String name : implemented()) {
            assertTrue(now.contains("interface " + name), name);
        }
    }

    // Versions of one small API, to see each kind of break.

    /** Before. */
    public interface Before {
        /** Stays. */
        String stays(int number);

        /** Has a body later. */
        void relaxed();
    }

    /** As a plugin's class would be. */
    public record Value(String text) {}

    private static List<String> signature(String... changes) {
        List<String> lines = new ArrayList<>(Signature.of(List.of(Before.class, Value.class)));
        for (int i = 0; i < changes.length; i += 2) {
            String from = changes[i];
            assertTrue(from.isEmpty() || lines.remove(from), () -> from + " is not in " + lines);
            if (!changes[i + 1].isEmpty()) {
                lines.add(changes[i + 1]);
            }
        }
        return lines;
    }

    private static List<String> breaks(String... changes) {
        return Compatibility.breaks(signature(), signature(changes), Set.of(Before.class.getName()));
    }

    private static final String TYPE = Before.class.getName();
    private static final String STAYS = "java.lang.String " + TYPE + ".stays(int)";
    private static final String RELAXED = "void " + TYPE + ".relaxed()";

    @Test
    void anUnchangedApiAndOneThatHasMoreBreakNothing() {
        assertEquals(List.of(), breaks());
        assertEquals(List.of(), breaks("", "void " + TYPE + ".more()"), "a method with a body");
        assertEquals(List.of(), breaks("", "interface a.New", "", "void a.New.all()" + Signature.REQUIRED));
        assertEquals(
                List.of(), breaks(RELAXED + Signature.REQUIRED, RELAXED), "a method that need not be there any more");
    }

    @Test
    void whatIsGoneOrDifferentIsABreak() {
        assertEquals(List.of("gone: " + STAYS), breaks(STAYS + Signature.REQUIRED, ""));
        assertEquals(
                List.of("gone: " + STAYS),
                breaks(STAYS + Signature.REQUIRED, "long " + TYPE + ".stays(int)"),
                "another type");
        String constructor = Value.class.getName() + "(java.lang.String)";
        assertEquals(
                List.of("gone: " + constructor),
                breaks(constructor, Value.class.getName() + "(java.lang.String,int)"),
                "a record with one component more");
        assertEquals(List.of("gone: interface " + TYPE), breaks("interface " + TYPE, "class " + TYPE));
    }

    @Test
    void whatAPluginsClassWouldHaveToHaveIsABreak() {
        String added = "void " + TYPE + ".more()";

        assertEquals(List.of("required: " + added), breaks("", added + Signature.REQUIRED));
        assertEquals(
                List.of(),
                Compatibility.breaks(signature(), signature("", added + Signature.REQUIRED), Set.of()),
                "the kernel implements it");
        assertFalse(signature().isEmpty());
    }
}
