package io.leba.plugin.protocol.http.exchange;

import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpResponse;
import io.leba.spi.http.Verdict;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** A filter that tells what it is called for: {@code name>} on the way in, {@code name<200} out, {@code name.200} at the end. */
final class Telling implements HttpFilter {
    /** What the filters of a test were called for, in order. */
    static final class Events {
        private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();

        Telling filter(String name) {
            return new Telling(this, name);
        }

        List<String> told() {
            return List.copyOf(events);
        }

        void clear() {
            events.clear();
        }
    }

    private final Events events;
    private final String name;
    private BiFunction<HttpRequest, HttpExchange, Verdict> onRequest = (request, exchange) -> Verdict.proceed();
    private BiConsumer<HttpResponse, HttpExchange> onResponse = (response, exchange) -> {};
    private Runnable onComplete = () -> {};

    private Telling(Events events, String name) {
        this.events = events;
        this.name = name;
    }

    Telling onRequest(BiFunction<HttpRequest, HttpExchange, Verdict> action) {
        onRequest = action;
        return this;
    }

    Telling onResponse(BiConsumer<HttpResponse, HttpExchange> action) {
        onResponse = action;
        return this;
    }

    Telling onComplete(Runnable action) {
        onComplete = action;
        return this;
    }

    @Override
    public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        events.events.add(name + ">");
        return onRequest.apply(request, exchange);
    }

    @Override
    public void onResponse(HttpResponse response, HttpExchange exchange) {
        events.events.add(name + "<" + response.status() + (response.isFromBackend() ? "" : "!"));
        onResponse.accept(response, exchange);
    }

    @Override
    public void onComplete(HttpExchange exchange) {
        events.events.add(name + "." + exchange.status());
        onComplete.run();
    }
}
