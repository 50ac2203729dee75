package io.leba.testkit.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.LebaPlugin;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.http.Verdict;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.contract.OnLoopGuard;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What every HTTP filter keeps, beside what every extension does. */
public abstract class HttpFilterContract extends ExtensionContract<HttpFilterProvider<?>, HttpFilter> {
    private static final Pattern REASON = Pattern.compile("[a-z0-9_]*");
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern FIELD_VALUE = Pattern.compile("[\\x20-\\x7e\\x80-\\xff\\t]*");
    private static final int PER_LOOP = 500;
    private static final int COLLECTIONS = 50;

    /**
     * For the test of a filter.
     *
     * @param type the key in YAML
     */
    protected HttpFilterContract(LebaPlugin plugin, String type) {
        super(HttpFilterProvider.class, HttpFilter.class, plugin, type);
    }

    /** Requests that the filter is to see, new ones each time; a few ordinary and a few odd ones by default. */
    protected List<ScriptedRequest> requests() {
        return List.of(
                ScriptedRequest.of("GET", "/"),
                ScriptedRequest.of("GET", "/a/b?c=d&e").with("Accept", "*/*").with("Cookie", "a=b; c=d"),
                ScriptedRequest.of("POST", "/form").with("Content-Length", "3").with("Authorization", "Basic eDp5"),
                ScriptedRequest.of("HEAD", "/a%20b").secure(),
                ScriptedRequest.of("OPTIONS", "*"),
                ScriptedRequest.of("PROPFIND", "/" + "x".repeat(2000))
                        .with("X-Empty", "")
                        .with("X-Empty", "again"));
    }

    @Override
    protected void use(HttpFilter made, TestScope within) {
        for (ScriptedRequest request : requests()) {
            ScriptedExchange exchange = ScriptedExchange.of(request);
            if (exchange.request(made) instanceof Verdict.Answer answer) {
                exchange.response(made, ScriptedResponse.of(answer.answer()));
            } else {
                exchange.response(made, ScriptedResponse.of(200));
            }
            exchange.complete(made);
        }
    }

    @Test
    void saysWhereItStandsAndWhenItRuns() {
        assertNotNull(provider().phase());
        assertFalse(provider().levels().isEmpty(), "it could be written nowhere");
        assertEquals(provider().phase(), provider().phase());
        assertEquals(provider().levels(), provider().levels());
    }

    @Test
    void everyRequestGetsAVerdictThatCanBeSent() {
        HttpFilter filter = create();
        for (ScriptedRequest request : requests()) {
            ScriptedExchange exchange = ScriptedExchange.of(request);
            Verdict verdict = exchange.request(filter);

            assertNotNull(verdict, "no verdict on " + request.target());
            if (verdict instanceof Verdict.Answer answer) {
                assertCanBeSent(answer.answer());
            }
            exchange.complete(filter);
        }
    }

    private static void assertCanBeSent(HttpAnswer answer) {
        assertTrue(answer.status() >= 200 && answer.status() <= 599, "status " + answer.status());
        answer.headers()
                .forEach(field -> assertTrue(
                        FIELD_NAME.matcher(field.getKey()).matches()
                                && FIELD_VALUE.matcher(field.getValue()).matches(),
                        () -> "field " + field));
        assertTrue(
                REASON.matcher(answer.reason()).matches(),
                () -> "the reason is a label of metrics: " + answer.reason());
        assertNotNull(answer.body());
    }

    @Test
    void neverWaitsOnItsLoop() {
        HttpFilter filter = create();
        use(filter, scope());

        OnLoopGuard.run("the filter", () -> use(filter, scope()));
    }

    @Test
    void copesWithExchangesThatEndAtAnyPoint() {
        HttpFilter filter = create();
        for (ScriptedRequest request : requests()) {
            ScriptedExchange aborted = ScriptedExchange.of(request);
            aborted.request(filter);
            aborted.complete(filter);
        }
        ScriptedExchange answered = ScriptedExchange.of(ScriptedRequest.of("GET", "/"));
        answered.request(filter);
        answered.response(filter, ScriptedResponse.of(HttpAnswer.text(429, "slow down", "limit")));
        assertNull(answered.backend());
        answered.complete(filter);
        for (int status : new int[] {200, 204, 304, 404, 502, 599}) {
            ScriptedExchange exchange = ScriptedExchange.of(ScriptedRequest.of("GET", "/"));
            exchange.request(filter);
            exchange.response(filter, ScriptedResponse.of(status));
            exchange.complete(filter);
        }
    }

    @Test
    void exchangesDoNotDisturbEachOther() {
        HttpFilter one = create();
        List<String> alone = new ArrayList<>();
        for (ScriptedRequest request : requests()) {
            ScriptedExchange exchange = ScriptedExchange.of(request);
            Verdict verdict = exchange.request(one);
            ScriptedResponse response = exchange.response(one, answerOr(verdict, ScriptedResponse.of(200)));
            exchange.complete(one);
            alone.add(shown(verdict, exchange, response));
        }
        HttpFilter other = create();
        List<ScriptedExchange> exchanges =
                requests().stream().map(ScriptedExchange::of).toList();
        List<Verdict> verdicts =
                exchanges.stream().map(exchange -> exchange.request(other)).toList();
        List<String> together = new ArrayList<>();
        for (int i = exchanges.size() - 1; i >= 0; i--) {
            ScriptedResponse response =
                    exchanges.get(i).response(other, answerOr(verdicts.get(i), ScriptedResponse.of(200)));
            together.add(0, shown(verdicts.get(i), exchanges.get(i), response));
        }
        exchanges.forEach(exchange -> exchange.complete(other));

        assertEquals(alone, together, "what belongs to one exchange is kept as its attachment");
    }

    private static ScriptedResponse answerOr(Verdict verdict, ScriptedResponse response) {
        return verdict instanceof Verdict.Answer answer ? ScriptedResponse.of(answer.answer()) : response;
    }

    private static String shown(Verdict verdict, ScriptedExchange exchange, ScriptedResponse response) {
        return verdict.getClass().getSimpleName() + " " + exchange.request().target() + " "
                + exchange.request().fields() + " -> " + response.status() + " " + response.fields();
    }

    @Test
    void keepsNothingOfAnExchangeThatIsOver() {
        HttpFilter filter = create();
        Supplier<WeakReference<ScriptedExchange>> over = () -> {
            ScriptedExchange exchange = ScriptedExchange.of(ScriptedRequest.of("GET", "/"));
            exchange.request(filter);
            exchange.response(filter, ScriptedResponse.of(200));
            exchange.complete(filter);
            return new WeakReference<>(exchange);
        };
        WeakReference<ScriptedExchange> gone = over.get();
        for (int i = 0; i < COLLECTIONS && gone.get() != null; i++) {
            System.gc();
            LockSupport.parkNanos(5_000_000);
        }

        assertNull(gone.get(), "the filter still holds an exchange that is over");
        assertNotNull(filter);
    }

    @Test
    void servesAllLoopsAtOnce() throws InterruptedException {
        HttpFilter filter = create();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int loop = 0; loop < loops(); loop++) {
            int index = loop;
            threads.add(new Thread(() -> {
                try {
                    for (int i = 0; i < PER_LOOP; i++) {
                        for (ScriptedRequest request : requests()) {
                            ScriptedExchange exchange = ScriptedExchange.onLoop(request, index);
                            Verdict verdict = exchange.request(filter);
                            exchange.response(filter, answerOr(verdict, ScriptedResponse.of(200)));
                            exchange.complete(filter);
                        }
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertNull(failure.get());
    }
}
