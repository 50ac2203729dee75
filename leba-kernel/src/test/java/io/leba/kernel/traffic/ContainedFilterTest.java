package io.leba.kernel.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.contain.OnPluginFailure;
import io.leba.kernel.contain.Quarantine;
import io.leba.kernel.contain.Quarantined;
import io.leba.spi.TimeSource;
import io.leba.spi.http.HttpBodyFilter;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpTrailers;
import io.leba.spi.http.Verdict;
import io.leba.spi.telemetry.CompletedExchange;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What protocols see of a plugin's filter or listener that fails, and of one that is no more. */
class ContainedFilterTest {
    private static final HttpTrailers NO_TRAILERS = new HttpTrailers() {
        @Override
        public boolean isEmpty() {
            return true;
        }

        @Override
        public void forEach(BiConsumer<String, String> consumer) {}
    };

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Quarantine quarantine =
            new Quarantine("it", TimeSource.SYSTEM, new AtomicInteger(), failures::incrementAndGet);
    private volatile boolean fails = true;

    private final HttpFilter filter = new HttpFilter() {
        @Override
        public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
            calls.incrementAndGet();
            if (fails) {
                throw new NoClassDefFoundError("on purpose");
            }
            return Verdict.proceed();
        }

        @Override
        public void onComplete(HttpExchange exchange) {
            calls.incrementAndGet();
        }
    };

    private void failUntilQuarantined(HttpFilter seen) {
        for (int i = 0; i < Quarantine.STREAK; i++) {
            assertThrows(RuntimeException.class, () -> seen.onRequest(null, null), "the exchange fails");
        }
        assertTrue(quarantine.isActive());
        assertEquals(Quarantine.STREAK, failures.get());
    }

    @Test
    void withRejectAnExchangeFailsWithoutACall() {
        HttpFilter seen = new ContainedFilter(filter, quarantine).seen(OnPluginFailure.REJECT);
        failUntilQuarantined(seen);
        int before = calls.get();
        assertSame(Quarantined.INSTANCE, assertThrows(RuntimeException.class, () -> seen.onRequest(null, null)));
        seen.onResponse(null, null);
        seen.onComplete(null);
        assertEquals(before, calls.get());
        assertEquals(0, Quarantined.INSTANCE.getStackTrace().length, "rejecting costs no stack trace");
    }

    @Test
    void withSkipAnExchangeGoesOnWithout() {
        HttpFilter seen = new ContainedFilter(filter, quarantine).seen(OnPluginFailure.SKIP);
        failUntilQuarantined(seen);
        int before = calls.get();
        assertSame(Verdict.proceed(), seen.onRequest(null, null));
        assertEquals(before, calls.get());
    }

    @Test
    void aDecisionThatFailsLaterCountsToo() {
        HttpFilter late = new HttpFilter() {
            @Override
            public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                return Verdict.await(CompletableFuture.failedFuture(new IllegalStateException("on purpose")));
            }
        };
        HttpFilter seen = new ContainedFilter(late, quarantine).seen(OnPluginFailure.SKIP);
        for (int i = 0; i < Quarantine.STREAK; i++) {
            assertInstanceOf(Verdict.Await.class, seen.onRequest(null, null));
        }
        assertTrue(quarantine.isActive());
    }

    @Test
    void aDetachedFilterLetsEverythingPass() {
        ContainedFilter contained = new ContainedFilter(filter, quarantine);
        HttpFilter seen = contained.seen(OnPluginFailure.REJECT);
        contained.detach();
        assertSame(Verdict.proceed(), seen.onRequest(null, null));
        seen.onComplete(null);
        assertEquals(0, calls.get());
        assertFalse(seen instanceof HttpBodyFilter);
    }

    @Test
    void aFilterThatSeesBodiesIsSeenAsOneAndPassesThemOnWhenDetached() {
        ContainedFilter contained = new ContainedFilter(
                new HttpBodyFilter() {
                    @Override
                    public boolean wantsRequestBody(HttpExchange exchange) {
                        return true;
                    }

                    @Override
                    public void onBody(
                            HttpExchange exchange,
                            boolean isRequest,
                            ByteBuffer part,
                            boolean isLast,
                            Consumer<ByteBuffer> out) {
                        throw new IllegalStateException("on purpose");
                    }

                    @Override
                    public boolean onTrailers(
                            HttpExchange exchange, boolean isRequest, HttpTrailers trailers, Consumer<ByteBuffer> out) {
                        if (trailers == null) {
                            throw new IllegalStateException("on purpose");
                        }
                        return false;
                    }
                },
                quarantine);
        HttpBodyFilter seen = assertInstanceOf(HttpBodyFilter.class, contained.seen(OnPluginFailure.SKIP));
        assertTrue(seen.wantsRequestBody(null));
        assertFalse(seen.wantsResponseBody(null));
        ByteBuffer part = ByteBuffer.allocate(3);
        assertThrows(IllegalStateException.class, () -> seen.onBody(null, true, part, true, any -> {}));
        assertEquals(1, failures.get());
        assertFalse(seen.onTrailers(null, true, NO_TRAILERS, any -> {}));
        assertThrows(IllegalStateException.class, () -> seen.onTrailers(null, true, null, any -> {}));
        assertEquals(2, failures.get());
        contained.detach();
        assertTrue(seen.onTrailers(null, true, NO_TRAILERS, any -> {}));
        AtomicInteger passed = new AtomicInteger();
        seen.onBody(null, true, part, true, bytes -> passed.addAndGet(bytes.remaining()));
        assertEquals(3, passed.get());
    }

    @Test
    void aListenerNeverThrowsAndIsLeftOutWhileItKeepsFailing() {
        AtomicInteger told = new AtomicInteger();
        ContainedListener listener = new ContainedListener(
                (CompletedExchange exchange) -> {
                    told.incrementAndGet();
                    throw new IllegalStateException("on purpose");
                },
                quarantine);
        for (int i = 0; i < 3 * Quarantine.STREAK; i++) {
            listener.onComplete(null);
        }
        assertEquals(Quarantine.STREAK, told.get());
        listener.detach();
        listener.onComplete(null);
        assertEquals(Quarantine.STREAK, told.get());
    }
}
