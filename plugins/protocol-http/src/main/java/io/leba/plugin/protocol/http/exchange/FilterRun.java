package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.HeadEdits;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpBodyFilter;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.Verdict;
import io.netty.buffer.ByteBuf;

/**
 * Takes an exchange through its filters: on the way in one after the other, on the way out in reverse through those that saw
 * the request, and at the end through the same, once. A filter that throws, be it an error of linkage, fails the exchange, not
 * the connection.
 */
final class FilterRun {
    /** What became of the way in. */
    enum Progress {
        /** All filters let it pass. */
        PROCEED,
        /** One answered or failed. */
        DECIDED,
        /** One decides later. */
        WAITING
    }

    private final Exchange exchange;
    private final ExchangeView view;
    private final HeadEdits requestEdits = new HeadEdits();
    private final HeadEdits responseEdits = new HeadEdits();
    private final RequestView request;
    private final ResponseView response;
    private final BodyRun requestBody;
    private final BodyRun responseBody;
    private HttpFilter[] filters;
    private boolean seesBodies;
    private int begun;
    private HttpAnswer answer;
    private boolean hasFailed;

    FilterRun(Exchange exchange) {
        this.exchange = exchange;
        this.view = new ExchangeView(exchange);
        this.request = new RequestView(exchange, requestEdits);
        this.response = new ResponseView(responseEdits);
        this.requestBody = new BodyRun(true, exchange.loop().loop.allocator());
        this.responseBody = new BodyRun(false, exchange.loop().loop.allocator());
    }

    void clear() {
        filters = null;
        begun = 0;
        answer = null;
        hasFailed = false;
        requestEdits.clear();
        responseEdits.clear();
        requestBody.clear();
        responseBody.clear();
        seesBodies = false;
        view.clear();
    }

    /** Whether any filter has seen the exchange. */
    boolean hasRun() {
        return begun > 0;
    }

    HeadEdits requestEdits() {
        return requestEdits;
    }

    HeadEdits responseEdits() {
        return responseEdits;
    }

    /** The answer that a filter gave, or null. */
    HttpAnswer answer() {
        return answer;
    }

    /** Whether a filter threw. */
    boolean hasFailed() {
        return hasFailed;
    }

    /** Begins the way in. */
    Progress start(HttpFilter[] chain) {
        filters = chain;
        return run();
    }

    private Progress run() {
        while (begun < filters.length) {
            Progress progress = next();
            if (progress != Progress.PROCEED) {
                return progress;
            }
        }
        return Progress.PROCEED;
    }

    private Progress next() {
        HttpFilter filter = filters[begun++];
        seesBodies |= filter instanceof HttpBodyFilter;
        try {
            return decide(filter.onRequest(request, view));
        } catch (Throwable e) {
            failed(e);
            return Progress.DECIDED;
        }
    }

    private Progress decide(Verdict verdict) {
        if (verdict instanceof Verdict.Proceed) {
            return Progress.PROCEED;
        }
        if (verdict instanceof Verdict.Answer answered) {
            answer = answered.answer();
            return Progress.DECIDED;
        }
        if (verdict instanceof Verdict.Await await) {
            return await(await);
        }
        failed(new NullPointerException("a filter decided nothing"));
        return Progress.DECIDED;
    }

    private Progress await(Verdict.Await await) {
        int epoch = exchange.epoch();
        await.stage()
                .whenComplete((verdict, failure) ->
                        exchange.loop().loop.eventLoop().execute(() -> resume(epoch, verdict, failure)));
        return Progress.WAITING;
    }

    private void resume(int epoch, Verdict verdict, Throwable failure) {
        if (exchange.epoch() != epoch) {
            return;
        }
        Progress progress;
        if (failure != null) {
            failed(failure);
            progress = Progress.DECIDED;
        } else {
            progress = decide(verdict);
            progress = progress == Progress.PROCEED ? run() : progress;
        }
        if (progress != Progress.WAITING) {
            exchange.decided();
        }
    }

    /** The way out; false if a filter threw. */
    boolean response(ResponseHead head, boolean isFromBackend) {
        response.show(head, isFromBackend);
        view.setStatus(head.status());
        for (int i = begun - 1; i >= 0; i--) {
            try {
                filters[i].onResponse(response, view);
            } catch (Throwable e) {
                failed(e);
                return false;
            }
        }
        return true;
    }

    /** Whether filters want the request's body, which then comes without chunks; asked once, when all have decided. */
    boolean beginRequestBody() {
        if (!seesBodies || answer != null || hasFailed) {
            return false;
        }
        for (int i = 0; i < begun; i++) {
            ask(filters[i], true);
        }
        return !requestBody.isEmpty();
    }

    /** Whether filters want the response's body, which then comes without chunks; asked once, after {@link #response}. */
    boolean beginResponseBody() {
        for (int i = begun - 1; seesBodies && i >= 0; i--) {
            ask(filters[i], false);
        }
        return !responseBody.isEmpty();
    }

    private void ask(HttpFilter filter, boolean isRequest) {
        if (!(filter instanceof HttpBodyFilter)) {
            return;
        }
        HttpBodyFilter asked = (HttpBodyFilter) filter;
        try {
            if (isRequest) {
                if (asked.wantsRequestBody(view)) {
                    requestBody.add(asked);
                }
            } else if (asked.wantsResponseBody(view)) {
                responseBody.add(asked);
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Whether filters want the request's body. */
    boolean seesRequestBody() {
        return !requestBody.isEmpty();
    }

    /** A piece of the request's body, given away: what goes on instead; null: a filter threw. */
    ByteBuf requestPiece(ByteBuf piece, boolean isLast, Bytes behind) {
        return piece(requestBody, piece, isLast, behind);
    }

    /** The trailers that go on behind the request's last piece; null: none. */
    Bytes requestTrailers() {
        return requestBody.trailers();
    }

    /** A piece of the response's body, given away: what goes on instead; null: a filter threw. */
    ByteBuf responsePiece(ByteBuf piece, boolean isLast, Bytes behind) {
        return piece(responseBody, piece, isLast, behind);
    }

    /** The trailers that go on behind the response's last piece; null: none. */
    Bytes responseTrailers() {
        return responseBody.trailers();
    }

    private ByteBuf piece(BodyRun run, ByteBuf piece, boolean isLast, Bytes behind) {
        try {
            return run.run(view, piece, isLast, behind);
        } catch (Throwable e) {
            failed(e);
            return null;
        }
    }

    /** The exchange is over. */
    void complete() {
        view.setStatus(exchange.response().status());
        for (int i = begun - 1; i >= 0; i--) {
            try {
                filters[i].onComplete(view);
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    private void failed(Throwable cause) {
        hasFailed = true;
        exchange.table().counts().filterFailed(exchange.loop().index);
        exchange.engine().scope.logger().debug("a filter failed", cause);
    }
}
