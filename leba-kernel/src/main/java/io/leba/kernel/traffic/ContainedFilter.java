package io.leba.kernel.traffic;

import io.leba.kernel.contain.OnPluginFailure;
import io.leba.kernel.contain.Quarantine;
import io.leba.kernel.contain.Quarantined;
import io.leba.spi.OnLoop;
import io.leba.spi.http.HttpBodyFilter;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpResponse;
import io.leba.spi.http.HttpTrailers;
import io.leba.spi.http.Verdict;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A plugin's HTTP filter. What protocols see of it is a {@linkplain #seen view}, which a generation makes with its own word on
 * failures. A failure is the exchange's: the protocol answers 500. In quarantine the filter is not called at all, also for
 * exchanges that it has seen the request of.
 */
@OnLoop
public final class ContainedFilter implements Detachable {
    private static final HttpBodyFilter NOTHING = (exchange, isRequest, part, isLast, out) -> out.accept(part);

    private final Quarantine quarantine;
    private final boolean seesBodies;
    private volatile HttpFilter filter;

    /** @param quarantine of this filter alone */
    public ContainedFilter(HttpFilter filter, Quarantine quarantine) {
        this.filter = filter;
        this.seesBodies = filter instanceof HttpBodyFilter;
        this.quarantine = quarantine;
    }

    /** The filter for a protocol; it sees bodies if the plugin's does. */
    public HttpFilter seen(OnPluginFailure onFailure) {
        return seesBodies ? new OfBodies(this, onFailure) : new View(this, onFailure);
    }

    @Override
    public void detach() {
        filter = NOTHING;
    }

    /** What a generation sees. */
    private static class View implements HttpFilter {
        final ContainedFilter contained;
        private final OnPluginFailure onFailure;

        View(ContainedFilter contained, OnPluginFailure onFailure) {
            this.contained = contained;
            this.onFailure = onFailure;
        }

        /** Whether to call; if not, the exchange goes on without, or fails by the exception. */
        final boolean calls() {
            if (contained.quarantine.admits()) {
                return true;
            }
            if (onFailure == OnPluginFailure.REJECT) {
                throw Quarantined.INSTANCE;
            }
            return false;
        }

        final void failed(Throwable e) {
            contained.quarantine.failed(e);
        }

        @Override
        public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
            if (!calls()) {
                return Verdict.proceed();
            }
            try {
                Verdict verdict = contained.filter.onRequest(request, exchange);
                if (verdict instanceof Verdict.Await await) {
                    await.stage().whenComplete((decided, failure) -> {
                        if (failure != null) {
                            failed(failure);
                        } else {
                            contained.quarantine.succeeded();
                        }
                    });
                } else {
                    contained.quarantine.succeeded();
                }
                return verdict;
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                failed(e);
                throw asRuntime(e);
            }
        }

        @Override
        public void onResponse(HttpResponse response, HttpExchange exchange) {
            if (!contained.quarantine.isActive()) {
                try {
                    contained.filter.onResponse(response, exchange);
                } catch (RuntimeException | LinkageError | StackOverflowError e) {
                    failed(e);
                    throw asRuntime(e);
                }
            }
        }

        @Override
        public void onComplete(HttpExchange exchange) {
            if (!contained.quarantine.isActive()) {
                try {
                    contained.filter.onComplete(exchange);
                } catch (RuntimeException | LinkageError | StackOverflowError e) {
                    failed(e);
                    throw asRuntime(e);
                }
            }
        }

        static RuntimeException asRuntime(Throwable e) {
            return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e.toString());
        }
    }

    /** Of a filter that sees bodies. */
    private static final class OfBodies extends View implements HttpBodyFilter {
        OfBodies(ContainedFilter contained, OnPluginFailure onFailure) {
            super(contained, onFailure);
        }

        private HttpBodyFilter body() {
            return contained.filter instanceof HttpBodyFilter body ? body : NOTHING;
        }

        @Override
        public boolean wantsRequestBody(HttpExchange exchange) {
            return !contained.quarantine.isActive() && body().wantsRequestBody(exchange);
        }

        @Override
        public boolean wantsResponseBody(HttpExchange exchange) {
            return !contained.quarantine.isActive() && body().wantsResponseBody(exchange);
        }

        @Override
        public void onBody(
                HttpExchange exchange, boolean isRequest, ByteBuffer part, boolean isLast, Consumer<ByteBuffer> out) {
            try {
                body().onBody(exchange, isRequest, part, isLast, out);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                failed(e);
                throw asRuntime(e);
            }
        }

        @Override
        public boolean onTrailers(
                HttpExchange exchange, boolean isRequest, HttpTrailers trailers, Consumer<ByteBuffer> out) {
            try {
                return body().onTrailers(exchange, isRequest, trailers, out);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                failed(e);
                throw asRuntime(e);
            }
        }
    }
}
