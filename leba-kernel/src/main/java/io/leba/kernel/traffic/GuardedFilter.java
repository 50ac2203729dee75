package io.leba.kernel.traffic;

import io.leba.spi.OnLoop;
import io.leba.spi.http.HttpBodyFilter;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpResponse;
import io.leba.spi.http.Verdict;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A plugin's HTTP filter as protocols see it. */
@OnLoop
public class GuardedFilter implements HttpFilter, Detachable {
    private static final HttpFilter NOTHING = new HttpFilter() {};

    private volatile HttpFilter filter;

    private GuardedFilter(HttpFilter filter) {
        this.filter = filter;
    }

    /** Guards a filter; the guard sees bodies if the filter does. */
    public static GuardedFilter of(HttpFilter filter) {
        return filter instanceof HttpBodyFilter body ? new OfBodies(body) : new GuardedFilter(filter);
    }

    @Override
    public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
        return filter.onRequest(request, exchange);
    }

    @Override
    public void onResponse(HttpResponse response, HttpExchange exchange) {
        filter.onResponse(response, exchange);
    }

    @Override
    public void onComplete(HttpExchange exchange) {
        filter.onComplete(exchange);
    }

    @Override
    public void detach() {
        filter = NOTHING;
    }

    /** Of a filter that sees bodies. */
    private static final class OfBodies extends GuardedFilter implements HttpBodyFilter {
        private static final HttpBodyFilter THROUGH = (exchange, isRequest, part, isLast, out) -> out.accept(part);

        private volatile HttpBodyFilter body;

        OfBodies(HttpBodyFilter body) {
            super(body);
            this.body = body;
        }

        @Override
        public boolean wantsRequestBody(HttpExchange exchange) {
            return body.wantsRequestBody(exchange);
        }

        @Override
        public boolean wantsResponseBody(HttpExchange exchange) {
            return body.wantsResponseBody(exchange);
        }

        @Override
        public void onBody(
                HttpExchange exchange, boolean isRequest, ByteBuffer part, boolean isLast, Consumer<ByteBuffer> out) {
            body.onBody(exchange, isRequest, part, isLast, out);
        }

        @Override
        public void detach() {
            super.detach();
            body = THROUGH;
        }
    }
}
