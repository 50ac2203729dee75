package io.leba.spi.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Scope;
import io.leba.spi.TimeSource;
import io.leba.spi.auth.Authenticator.Decision;
import io.leba.spi.auth.Credentials;
import io.leba.spi.auth.Identity;
import io.leba.spi.balance.Backend;
import io.leba.spi.balance.BackendSet;
import io.leba.spi.balance.Hash64;
import io.leba.spi.balance.HashKey;
import io.leba.spi.config.NoConfig;
import io.leba.spi.control.Service;
import io.leba.spi.control.ServiceProvider;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.health.Conversation.Step;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.http.HttpFilterProvider.Level;
import io.leba.spi.http.Verdict;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.ProtocolProvider;
import io.leba.spi.protocol.Tried;
import io.leba.spi.telemetry.Telemetry;
import io.leba.spi.telemetry.TelemetryProvider;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the SPI's value types and defaults promise to plugin authors. */
class SpiValuesTest {
    private static Backend backend(String name) {
        return new Backend() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String group() {
                return "g";
            }

            @Override
            public InetSocketAddress address() {
                return InetSocketAddress.createUnresolved("x", 1);
            }

            @Override
            public int weight() {
                return 1;
            }

            @Override
            public int priority() {
                return 0;
            }

            @Override
            public Map<String, String> labels() {
                return Map.of();
            }

            @Override
            public int inFlight() {
                return 0;
            }
        };
    }

    @Test
    void triedBackendsAreRememberedUntilForgotten() {
        Tried tried = new Tried();
        for (int i = 0; i < 9; i++) {
            Backend backend = backend("b" + i);
            assertFalse(tried.contains(backend));
            tried.add(backend);
            assertTrue(tried.contains(backend));
        }
        assertEquals(9, tried.size());
        tried.clear();
        assertEquals(0, tried.size());
    }

    @Test
    void onlyWhatABackendDidWrongCountsAgainstIt() {
        Set<Outcome> faults = new HashSet<>();
        for (Outcome outcome : Outcome.values()) {
            if (outcome.isBackendFault()) {
                faults.add(outcome);
            }
        }
        assertEquals(
                Set.of(
                        Outcome.BACKEND_ERROR,
                        Outcome.CONNECT_FAILED,
                        Outcome.BACKEND_TIMEOUT,
                        Outcome.BACKEND_RESET,
                        Outcome.BACKEND_PROTOCOL),
                faults);
    }

    @Test
    void aHashIsTheSameByByteByArrayAndByText() {
        byte[] bytes = "session-42".getBytes(StandardCharsets.UTF_8);
        long hash = Hash64.SEED;
        for (byte b : bytes) {
            hash = Hash64.add(hash, b);
        }
        assertEquals(Hash64.of("session-42"), Hash64.finish(hash));
        assertEquals(Hash64.of(bytes), Hash64.of("session-42"));
        assertNotEquals(Hash64.of("session-42"), Hash64.of("session-43"));
    }

    @Test
    void aHashSpreadsOverTheUpperAndTheLowerBits() {
        int[] low = new int[16];
        int[] high = new int[16];
        for (int i = 0; i < 16_000; i++) {
            long hash = Hash64.of("client-" + i);
            low[(int) (hash & 15)]++;
            high[(int) (hash >>> 60)]++;
        }
        for (int i = 0; i < 16; i++) {
            assertTrue(Math.abs(low[i] - 1000) < 150, "low " + i + ": " + low[i]);
            assertTrue(Math.abs(high[i] - 1000) < 150, "high " + i + ": " + high[i]);
        }
    }

    @Test
    void hashKeysAreValues() {
        assertEquals(new HashKey(HashKey.Kind.CLIENT_IP, ""), HashKey.CLIENT_IP);
        assertNotEquals(new HashKey(HashKey.Kind.HEADER, "a"), new HashKey(HashKey.Kind.HEADER, "b"));
    }

    @Test
    void aSetKnowsWhoIsAvailableAndHowMuchItHas() {
        int[] weights = {2, 0, 1};
        BackendSet set = new BackendSet() {
            @Override
            public int size() {
                return weights.length;
            }

            @Override
            public Backend backend(int index) {
                return SpiValuesTest.backend("b" + index);
            }

            @Override
            public int weight(int index) {
                return weights[index];
            }

            @Override
            public int availableCount() {
                return 2;
            }

            @Override
            public int inFlight(int index) {
                return index + 1;
            }
        };
        assertTrue(set.available(0));
        assertFalse(set.available(1));
        assertEquals(6, set.inFlight());
    }

    @Test
    void aBackendIsNamedAfterItsAddressUnlessItHasAName() {
        assertEquals("10.0.0.1:80", BackendSpec.of("10.0.0.1", 80).nameOrAddress());
        assertEquals("[::1]:80", BackendSpec.of("::1", 80).nameOrAddress());
        BackendSpec named = BackendSpec.of("10.0.0.1", 80);
        assertEquals(1, named.weight());
        assertEquals(Optional.empty(), named.groupName());
    }

    @Test
    void aProbeWaitsSendsOrIsDone() {
        assertSame(Step.await(), Step.await());
        assertTrue(Step.await().send().isEmpty() && Step.await().result().isEmpty());
        ByteBuffer ping = ByteBuffer.wrap(new byte[] {1});
        assertSame(ping, Step.send(ping).send().orElseThrow());
        assertTrue(Step.done(ProbeResult.up()).result().orElseThrow().isUp());
        assertEquals("closed", ProbeResult.down("closed").reason());
        assertFalse(ProbeResult.down("closed").isUp());
    }

    @Test
    void aVerdictIsOneOfThree() {
        assertSame(Verdict.proceed(), Verdict.Proceed.INSTANCE);
        HttpAnswer answer = HttpAnswer.text(429, "slow down", "rate_limited");
        assertEquals(429, answer.status());
        assertEquals("rate_limited", answer.reason());
        assertArrayEquals("slow down".getBytes(StandardCharsets.UTF_8), answer.body());
        assertSame(
                answer,
                assertInstanceOf(Verdict.Answer.class, Verdict.answer(answer)).answer());
        CompletableFuture<Verdict> later = new CompletableFuture<>();
        assertSame(
                later,
                assertInstanceOf(Verdict.Await.class, Verdict.await(later)).stage());
    }

    @Test
    void aFilterThatOverridesNothingChangesNothing() {
        HttpFilter filter = new HttpFilter() {};
        assertSame(Verdict.proceed(), filter.onRequest(null, null));
        filter.onResponse(null, null);
        filter.onComplete(null);
        HttpFilterProvider<NoConfig> provider = new HttpFilterProvider<>() {
            @Override
            public String type() {
                return "f";
            }

            @Override
            public Class<NoConfig> configType() {
                return NoConfig.class;
            }

            @Override
            public HttpFilter create(NoConfig config, Scope scope) {
                return filter;
            }

            @Override
            public Phase phase() {
                return Phase.LIMIT;
            }
        };
        assertEquals(Set.of(Level.FRONTEND, Level.ROUTE, Level.GROUP), provider.levels());
        assertTrue(HttpFilterProvider.Phase.ADMISSION.compareTo(HttpFilterProvider.Phase.ANSWER) < 0);
    }

    @Test
    void aProtocolSpeaksNoTlsRoutesNothingAndRecognisesNothingUnlessItSaysSo() {
        ProtocolProvider<NoConfig> provider = new ProtocolProvider<>() {
            @Override
            public String type() {
                return "p";
            }

            @Override
            public Class<NoConfig> configType() {
                return NoConfig.class;
            }

            @Override
            public Protocol create(NoConfig config, Scope scope) {
                return null;
            }
        };
        assertEquals("", provider.secureType());
        assertSame(NoConfig.class, provider.routeType());
        assertFalse(provider.takesHttpFilters());
        assertEquals(Detector.Detection.NO, provider.detector().detect(Unpooled.wrappedBuffer(new byte[] {'G'})));
    }

    @Test
    void nothingIsOnUnlessItSaysSo() {
        Telemetry telemetry = new Telemetry() {};
        assertEquals(Optional.empty(), telemetry.exchanges());
        TelemetryProvider<NoConfig> exporter = new TelemetryProvider<>() {
            @Override
            public String type() {
                return "t";
            }

            @Override
            public Class<NoConfig> configType() {
                return NoConfig.class;
            }

            @Override
            public Telemetry create(NoConfig config, Scope scope) {
                return telemetry;
            }
        };
        ServiceProvider<NoConfig> service = new ServiceProvider<>() {
            @Override
            public String type() {
                return "s";
            }

            @Override
            public Class<NoConfig> configType() {
                return NoConfig.class;
            }

            @Override
            public Service create(NoConfig config, Scope scope) {
                return control -> {};
            }
        };
        assertFalse(exporter.isOnByDefault());
        assertFalse(service.isOnByDefault());
        Discovery discovery = sink -> {};
        assertEquals(Map.of(), discovery.groups());
    }

    @Test
    void credentialsNeverShowTheSecret() {
        Credentials credentials =
                new Credentials(Optional.of("Bearer abc"), List.of(), InetAddress.getLoopbackAddress());
        assertFalse(credentials.toString().contains("abc"), credentials.toString());
        assertTrue(credentials.toString().contains("authorization=present"));
        Decision granted = new Decision.Granted(new Identity("ada", Set.of("admin"), Map.of()));
        assertInstanceOf(Decision.Granted.class, granted);
        assertEquals("Basic", new Decision.Denied("unknown user", "Basic").challenge());
        assertEquals("Basic", new Decision.NotPresented("Basic").challenge());
    }

    @Test
    void theSystemsClocksGoOn() {
        long before = TimeSource.SYSTEM.nanos();
        assertTrue(TimeSource.SYSTEM.nanos() - before >= 0);
        assertTrue(TimeSource.SYSTEM.now().getEpochSecond() > 1_700_000_000L);
    }
}
