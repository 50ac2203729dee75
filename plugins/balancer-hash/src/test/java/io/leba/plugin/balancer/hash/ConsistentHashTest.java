package io.leba.plugin.balancer.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Provider;
import io.leba.spi.balance.Backend;
import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.HashKey;
import io.leba.spi.config.InvalidConfig;
import io.leba.testkit.TestScope;
import io.leba.testkit.balance.ScriptedBackends;
import io.leba.testkit.balance.ScriptedPick;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.slf4j.Logger;

class ConsistentHashTest {
    private static final HashKey PATH = new HashKey(HashKey.Kind.PATH, "");

    private static Balancer compile(ScriptedBackends set, double factor) {
        return new ConsistentHash(PATH, new LoadBound(factor), TableSize.automatic()).compile(set);
    }

    @Test
    void aKeyStaysWithItsBackend() {
        ScriptedBackends set = ScriptedBackends.equal(10);
        Balancer balancer = compile(set, 1.25);
        Balancer another = compile(ScriptedBackends.equal(10), 1.25);
        ScriptedPick context = ScriptedPick.over(set);
        for (int key = 0; key < 1000; key++) {
            int picked = balancer.pick(context.key(key));
            assertEquals(picked, balancer.pick(context));
            assertEquals(picked, another.pick(context));
        }
        assertEquals(PATH, context.asked());
    }

    @Test
    void ipHashAsksForTheClientsAddress() {
        ScriptedBackends set = ScriptedBackends.equal(2);
        ScriptedPick context = ScriptedPick.over(set);

        new IpHashProvider()
                .create(new IpHashConfig(), TestScope.of("algorithm"))
                .compile(set)
                .pick(context);

        assertEquals(HashKey.CLIENT_IP, context.asked());
    }

    @Test
    void whatATriedBackendHadIsSpreadOverAllOthers() {
        for (double factor : new double[] {0, 1.25}) {
            ScriptedBackends set = ScriptedBackends.equal(10);
            Balancer balancer = compile(set, factor);
            ScriptedPick context = ScriptedPick.over(set).exclude(3, true);
            Set<Integer> seconds = new HashSet<>();
            for (int key = 0; key < 5000; key++) {
                context.exclude(3, false).key(key);
                if (balancer.pick(context) == 3) {
                    int second = balancer.pick(context.exclude(3, true));
                    assertNotEquals(3, second);
                    assertEquals(second, balancer.pick(context), "the second choice is the key's own too");
                    seconds.add(second);
                }
            }
            assertEquals(9, seconds.size());
        }
    }

    @Test
    void theSecondChoiceIsWhereTheKeyGoesWhenItsBackendIsFull() {
        ScriptedBackends set = ScriptedBackends.equal(10);
        Balancer balancer = compile(set, 1.25);
        ScriptedPick context = ScriptedPick.over(set).key(7);
        int first = balancer.pick(context);
        int second = balancer.pick(context.exclude(first, true));
        context.exclude(first, false);
        for (int i = 0; i < 10; i++) {
            set.inFlight(i, 100);
        }
        assertEquals(first, balancer.pick(context), "100 of 1001 is within 1.25 times a tenth");
        set.inFlight(first, 150);

        assertEquals(second, balancer.pick(context), "150 of 1051 is not");
    }

    @Property(tries = 100)
    void noBackendIsLoadedBeyondItsBound(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 9) Integer> drawn,
            @ForAll @IntRange(min = 1, max = 400) int exchanges,
            @ForAll @IntRange(min = 1, max = 5) int keys) {
        int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
        double sum = Arrays.stream(weights).sum();
        Assume.that(sum > 0);
        ScriptedBackends set = ScriptedBackends.weighted(weights);
        Balancer balancer = compile(set, 1.25);
        ScriptedPick context = ScriptedPick.over(set);
        for (int exchange = 1; exchange <= exchanges; exchange++) {
            int picked = balancer.pick(context.key(exchange % keys));
            set.begin(picked);
            double bound = Math.ceil(1.25 * weights[picked] / sum * exchange + 1e-9);
            assertTrue(set.inFlight(picked) <= bound, set.inFlight(picked) + " in flight, bound " + bound);
        }
    }

    @Test
    void withoutABoundOneKeyGoesToOneBackendHoweverBusy() {
        ScriptedBackends set = ScriptedBackends.equal(5);
        Balancer balancer = compile(set, 0);
        ScriptedPick context = ScriptedPick.over(set).key(1);
        int picked = balancer.pick(context);
        set.inFlight(picked, 1_000_000);

        assertEquals(picked, balancer.pick(context));
    }

    @Test
    void whenAllChoicesAreFullTheLeastFullOneIsTaken() {
        ScriptedBackends set = ScriptedBackends.weighted(1, 1);
        BoundedPick pick =
                new BoundedPick(PATH, new Choices(SlotTable.of(set, 8)), new Lagging(set), new LoadBound(1.25));
        ScriptedPick context = ScriptedPick.over(set).key(3);
        set.inFlight(0, 90).inFlight(1, 80);

        assertEquals(1, pick.pick(context));
        assertEquals(0, pick.pick(context.exclude(1, true)));
        int first = pick.pick(context.exclude(0, true));
        assertTrue(first == 0 || first == 1);
    }

    /** Sets change while they are read: the group's count may lag behind its members'. */
    private record Lagging(ScriptedBackends set) implements BackendSet {
        @Override
        public int size() {
            return set.size();
        }

        @Override
        public Backend backend(int index) {
            return set.backend(index);
        }

        @Override
        public int weight(int index) {
            return set.weight(index);
        }

        @Override
        public int availableCount() {
            return set.availableCount();
        }

        @Override
        public int inFlight(int index) {
            return set.inFlight(index);
        }

        @Override
        public long inFlight() {
            return 0;
        }
    }

    @Test
    void theTableKeepsItsSizeWhileTheGroupStaysNearTheThreshold() {
        TableSize size = TableSize.automatic();

        assertEquals(
                List.of(16, 16, 20, 20, 20, 16, 16),
                List.of(1, 512, 513, 512, 257, 256, 500).stream()
                        .map(size::bits)
                        .toList());
    }

    @Test
    void aFixedTableIsRoundedUpToAPowerOfTwo() {
        Logger logger = TestScope.of("algorithm").logger();
        assertEquals(8, TableSize.fixed(256, logger).bits(10_000));
        assertEquals(9, TableSize.fixed(257, logger).bits(1));
        assertEquals(22, TableSize.fixed(4_194_304, logger).bits(1));
    }

    @Test
    void configurationThatCannotWorkIsRefused() {
        KeyConfig ip = new KeyConfig(HashKey.Kind.CLIENT_IP, Optional.empty());
        assertRefused(
                "load_factor",
                "must be 0 (unbounded) or at least 1.05, got 1.0",
                () -> new ConsistentHashConfig(ip, 1.0, 0));
        assertRefused(
                "table_size",
                "must be 0 (automatic) or at least 256, got 100",
                () -> new ConsistentHashConfig(ip, 1.25, 100));
        assertRefused(
                "name", "is required for type header", () -> new KeyConfig(HashKey.Kind.HEADER, Optional.empty()));
        assertRefused(
                "name", "is required for type cookie", () -> new KeyConfig(HashKey.Kind.COOKIE, Optional.of(" ")));
        assertRefused(
                "name",
                "means nothing for type client-ip; remove it",
                () -> new KeyConfig(HashKey.Kind.CLIENT_IP, Optional.of("X")));
    }

    private static void assertRefused(String key, String message, Executable made) {
        InvalidConfig refused = assertThrows(InvalidConfig.class, made);
        assertEquals(key, refused.key());
        assertEquals(message, refused.getMessage());
    }

    @Test
    void aFixedTableIsUsed() {
        ConsistentHashConfig config =
                new ConsistentHashConfig(new KeyConfig(HashKey.Kind.QUERY, Optional.of("id")), 0, 300);
        ScriptedBackends set = ScriptedBackends.equal(40);
        ScriptedPick context = ScriptedPick.over(set);

        int picked = new ConsistentHashProvider()
                .create(config, TestScope.of("algorithm"))
                .compile(set)
                .pick(context);

        assertTrue(picked >= 0 && picked < 40);
        assertEquals(new HashKey(HashKey.Kind.QUERY, "id"), context.asked());
    }

    @Test
    void thePluginOffersBothAlgorithms() {
        assertEquals(
                List.of("ip-hash", "consistent-hash"),
                new HashPlugin().providers().stream().map(Provider::type).toList());
        assertEquals(
                List.of(IpHashConfig.class, ConsistentHashConfig.class),
                new HashPlugin().providers().stream().map(Provider::configType).toList());
    }
}
