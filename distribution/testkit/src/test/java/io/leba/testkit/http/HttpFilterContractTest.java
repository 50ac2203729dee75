package io.leba.testkit.http;

import static io.leba.testkit.contract.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.Scope;
import io.leba.spi.config.NoConfig;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpResponse;
import io.leba.spi.http.Verdict;
import io.leba.testkit.ToyModule;
import io.leba.testkit.contract.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A filter that keeps the contract passes, and each guard fails one that breaks it. */
class HttpFilterContractTest extends HttpFilterContract {
    HttpFilterContractTest() {
        super(ToyModule.plugin(), "tag");
    }

    private static final class Provider extends Refusal.Making<HttpFilter> implements HttpFilterProvider<NoConfig> {
        private final Set<Level> levels;

        Provider(Set<Level> levels, Function<Scope, HttpFilter> maker) {
            super(maker);
            this.levels = levels;
        }

        @Override
        public Phase phase() {
            return Phase.TRANSFORM;
        }

        @Override
        public Set<Level> levels() {
            return levels;
        }
    }

    private static final class Trial extends HttpFilterContract {
        Trial(HttpFilter filter) {
            super(Refusal.plugin(new Provider(Set.of(HttpFilterProvider.Level.ROUTE), scope -> filter)), "trial");
        }
    }

    /** Does nothing but what a test makes it do. */
    private interface OnRequest extends HttpFilter {
        @Override
        Verdict onRequest(HttpRequest request, HttpExchange exchange);
    }

    @Test
    void refusesOneThatCanStandNowhere() {
        assertRefused(
                new HttpFilterContract(Refusal.plugin(new Provider(Set.of(), scope -> new HttpFilter() {})), "trial") {}
                        ::saysWhereItStandsAndWhenItRuns);
    }

    @Test
    void refusesVerdictsThatCannotBeSent() {
        assertRefused(new Trial((OnRequest) (request, exchange) -> null)::everyRequestGetsAVerdictThatCanBeSent);
        assertRefused(
                new Trial((OnRequest) (request, exchange) -> Verdict.answer(HttpAnswer.text(99, "what", "odd")))
                        ::everyRequestGetsAVerdictThatCanBeSent);
        assertRefused(
                new Trial((OnRequest) (request, exchange) -> Verdict.answer(HttpAnswer.text(403, "no", "Not a word!")))
                        ::everyRequestGetsAVerdictThatCanBeSent);
        assertRefused(
                new Trial((OnRequest) (request, exchange) -> Verdict.answer(
                        new HttpAnswer(403, List.of(java.util.Map.entry("a b", "c")), new byte[0], "no")))
                        ::everyRequestGetsAVerdictThatCanBeSent);
    }

    @Test
    void refusesOneThatWaits() {
        assertRefused(new Trial((OnRequest) (request, exchange) -> {
            LockSupport.parkNanos(1000);
            return Verdict.proceed();
        })::neverWaitsOnItsLoop);
    }

    @Test
    void refusesOneThatCountsOnAResponse() {
        AtomicBoolean answered = new AtomicBoolean();
        assertThrows(IllegalStateException.class, new Trial(new HttpFilter() {
            @Override
            public void onResponse(HttpResponse response, HttpExchange exchange) {
                answered.set(true);
            }

            @Override
            public void onComplete(HttpExchange exchange) {
                if (!answered.get()) {
                    throw new IllegalStateException("there was no response");
                }
            }
        })::copesWithExchangesThatEndAtAnyPoint);
    }

    /** Keeps in itself what belongs to the exchange. */
    private static final class Mixing implements HttpFilter {
        private String last = "";

        @Override
        public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
            last = request.method();
            return Verdict.proceed();
        }

        @Override
        public void onResponse(HttpResponse response, HttpExchange exchange) {
            response.setHeader("x-method", last);
        }
    }

    @Test
    void refusesOneThatMixesExchangesUp() {
        assertRefused(new Trial(new Mixing())::exchangesDoNotDisturbEachOther);
    }

    @Test
    void refusesOneThatKeepsExchanges() {
        List<HttpExchange> kept = new ArrayList<>();
        assertRefused(new Trial((OnRequest) (request, exchange) -> {
            kept.add(exchange);
            return Verdict.proceed();
        })::keepsNothingOfAnExchangeThatIsOver);
        assertEquals(1, kept.size());
    }

    @Test
    void refusesOneThatCannotBeShared() {
        AtomicReference<Thread> owner = new AtomicReference<>();
        assertRefused(new Trial((OnRequest) (request, exchange) -> {
            owner.compareAndSet(null, Thread.currentThread());
            if (owner.get() != Thread.currentThread()) {
                throw new IllegalStateException("another thread");
            }
            return Verdict.proceed();
        })::servesAllLoopsAtOnce);
    }

    @Test
    void headsBehaveAsAnEnginesDo() {
        ScriptedRequest request =
                ScriptedRequest.of("GET", "/a?b=c").with("X-A", " 1 ").with("x-a", "2");

        assertEquals("1", request.header("x-a"));
        request.setHeader("X-A", "3");
        request.addHeader("X-B", "4");
        request.setTarget("/d");
        request.setHost("other");
        assertEquals(List.of("Host: example.com", "X-A: 3", "X-B: 4"), request.fields());
        assertEquals(
                "/d other http null",
                String.join(" ", request.path(), request.host(), request.scheme(), String.valueOf(request.query())));
        request.removeHeader("x-b");
        assertEquals(2, request.fields().size());
        for (String name : List.of("Connection", "content-length", "a b", "")) {
            assertThrows(IllegalArgumentException.class, () -> request.setHeader(name, "x"), name);
        }
        assertThrows(IllegalArgumentException.class, () -> request.setHeader("X", "a\nb"));
        assertThrows(IllegalArgumentException.class, () -> request.setTarget("no"));
        assertThrows(IllegalArgumentException.class, () -> request.setHost("a/b"));
    }

    @Test
    void aWholeExchangeRunsThroughAFilter() {
        HttpFilter later = (OnRequest) (request, exchange) -> Verdict.await(
                CompletableFuture.completedFuture(Verdict.answer(HttpAnswer.text(429, "slow down", "limit"))));

        Optional<HttpAnswer> answer =
                ScriptedExchange.of(ScriptedRequest.of("GET", "/")).run(later, ScriptedResponse.of(200));

        assertEquals(429, answer.orElseThrow().status());
        assertEquals(
                Optional.empty(),
                ScriptedExchange.of(ScriptedRequest.of("GET", "/")).run(new HttpFilter() {}, ScriptedResponse.of(200)));
    }
}
