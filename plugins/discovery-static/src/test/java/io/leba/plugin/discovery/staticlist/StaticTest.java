package io.leba.plugin.discovery.staticlist;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.config.Inline;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Position;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import io.leba.testkit.TestScope;
import io.leba.testkit.discovery.RecordingSink;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StaticTest {
    private static BackendSpec backend(String name, int port, String protocol, String group) {
        return new BackendSpec(
                Optional.of(name).filter(text -> !text.isEmpty()),
                "10.0.0.1",
                port,
                Optional.of(protocol).filter(text -> !text.isEmpty()),
                Optional.of(group).filter(text -> !text.isEmpty()),
                1,
                0,
                Map.of(),
                Position.NONE);
    }

    private static Discovery discovery(BackendSpec... backends) {
        return new StaticProvider().create(new StaticConfig(List.of(backends)), TestScope.of("backends"));
    }

    @Test
    void theListIsThereAtOnce() {
        RecordingSink sink = new RecordingSink();
        BackendSpec[] backends = {backend("a", 1, "http", "app"), backend("", 2, "http", "app")};

        discovery(backends).start(sink);

        assertEquals(List.of(List.of(backends)), sink.deliveries());
        assertEquals(List.of("a", "10.0.0.1:2"), sink.names());
    }

    @Test
    void anEmptyListIsDeliveredToo() {
        RecordingSink sink = new RecordingSink();

        discovery().start(sink);

        assertEquals(List.of(), sink.backends());
    }

    @Test
    void groupsAreKnownWithTheirProtocol() {
        assertEquals(
                Map.of("app", "http", "db", "postgresql"),
                discovery(
                                backend("", 1, "http", "app"),
                                backend("", 2, "http", "app"),
                                backend("", 3, "postgresql", "db"),
                                backend("", 4, "", "unknown"),
                                backend("", 5, "tcp", ""))
                        .groups());
    }

    @Test
    void oneNameTwiceInAGroupIsRefused() {
        InvalidConfig refused = assertThrows(
                InvalidConfig.class,
                () -> discovery(
                        backend("", 1, "http", "app"), backend("b", 2, "http", "app"), backend("", 1, "tcp", "app")));

        assertEquals("backends", refused.key());
        assertEquals(
                "'10.0.0.1:1' is listed twice in group 'app' (items 0 and 2); remove one, or give it a 'name' of its own",
                refused.getMessage());
        assertThrows(InvalidConfig.class, () -> discovery(backend("", 1, "http", ""), backend("", 1, "http", "")));
    }

    @Test
    void oneAddressMayServeSeveralGroups() {
        assertDoesNotThrow(() -> discovery(
                backend("", 1, "http", "a"),
                backend("", 1, "http", "b"),
                backend("", 1, "http", ""),
                backend("", 1, "tcp", "")));
    }

    @Test
    void oneAddressMayBeListedUnderTwoNames() {
        assertDoesNotThrow(() -> discovery(backend("x", 1, "http", "a"), backend("y", 1, "http", "a")));
    }

    @Test
    void thePluginOwnsTheRootKey() {
        assertEquals("static", new StaticPlugin().providers().get(0).type());
        assertTrue(new StaticPlugin().providers().get(0).configType().isAnnotationPresent(Inline.class));
    }
}
