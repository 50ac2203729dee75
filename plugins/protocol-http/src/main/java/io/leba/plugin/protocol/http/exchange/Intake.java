package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Answer;
import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.Head;
import io.leba.plugin.protocol.http.head.Hops;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.spi.http.HttpAnswer;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Map;

/**
 * The way in: judges a request's head, finds its route, takes it through the filters, and sends it on its way with what has come
 * of its body, or has it answered. Nothing of a request reaches a backend before all of that.
 */
public final class Intake {
    /** What an OPTIONS hears that may go no further. */
    private static final HttpAnswer OPTIONS =
            new HttpAnswer(200, List.of(Map.entry("allow", Answer.ALLOWED)), new byte[0], "max_forwards");

    private final Exchange exchange;

    Intake(Exchange exchange) {
        this.exchange = exchange;
    }

    /**
     * Takes a whole head from a stream that frames it in its own way. May end the exchange.
     *
     * @param text the head as that of an HTTP/1.1 request, copied
     * @param size what it took on the wire
     */
    public void readHead(Bytes text, int size) {
        RequestHead request = exchange.request();
        exchange.began();
        exchange.received(size);
        request.append(text.array(), text.length());
        int result = request.scan(exchange.engine().settings.requestLimits);
        // A text that goes on behind its first empty line holds a line end where none can be.
        Reason reason = result == Head.FAILED ? request.error() : result == text.length() ? null : Reason.BAD_LINE;
        reason = decide(reason);
        if (reason != null) {
            exchange.refuse(reason);
        } else if (exchange.isFiltering()) {
            exchange.awaitFilters();
        } else {
            forward(null, Placement.ELSEWHERE, !request.hasBody(), null);
        }
    }

    /**
     * The head has come: judges it, finds its route, and begins with its filters.
     *
     * @param before what is wrong with it already, or null
     * @return why it is refused, or null; then {@link Exchange#isFiltering} says whether filters decide later
     */
    Reason decide(Reason before) {
        exchange.headReceived();
        Reason reason = before == null ? judge(exchange.request(), exchange.engine().settings) : before;
        if (reason == null && exchange.loop().loop.buffers().isSpent()) {
            reason = Reason.OVERLOADED;
        }
        if (reason == null) {
            if (exchange.client().takesUpgrades()) {
                exchange.request().allowUpgrade(exchange.engine().settings.upgrades);
            }
            exchange.routed(exchange.table().routes().find(exchange.request(), exchange.loop().lookup));
            exchange.filter();
        }
        return reason;
    }

    private static Reason judge(RequestHead request, Settings settings) {
        Reason reason = request.judge();
        if (reason == null && request.line().isSlashAmbiguous() && settings.refusesAmbiguousSlashes) {
            return Reason.BAD_TARGET;
        }
        return reason == null && Hops.passed(request, settings.lowerVia) > settings.mostPasses
                ? Reason.LOOP_DETECTED
                : reason;
    }

    /** The request's body begins, verified by whoever reads it: null, or why it is refused. */
    Reason beginBody() {
        FilterRun filters = exchange.filters();
        boolean isSeen = filters != null && exchange.request().hasBody() && filters.beginRequestBody();
        return exchange.body().begin(exchange.request(), !isSeen && exchange.passesRequestChunks());
    }

    /**
     * Sends the request on its way with what has come of its body, or answers it. May end the exchange.
     *
     * @param part what has come, from its reader index on; given away; null: nothing
     * @param headFrom where the head was received in that buffer, or {@link Placement#ELSEWHERE}
     * @param isLast whether the request ends with it
     * @param trailers as with {@link RequestRelay#take}
     */
    public void forward(ByteBuf part, int headFrom, boolean isLast, Bytes trailers) {
        Reason reason = beginBody();
        if (reason == null) {
            reason = exchange.body().account(part == null ? 0 : part.readableBytes(), isLast, trailers);
        }
        if (reason != null) {
            Placement.release(part);
            exchange.refuse(reason);
            return;
        }
        goOn(part, headFrom);
    }

    /** The same, when body and framing have been accounted for. */
    void goOn(ByteBuf part, int headFrom) {
        if (exchange.body().isComplete()) {
            exchange.client().requestReceived();
        }
        FilterRun filters = exchange.filters();
        if (filters != null && filters.answer() != null) {
            Placement.release(part);
            exchange.answer(filters.answer());
        } else if (filters != null && filters.hasFailed()) {
            Placement.release(part);
            exchange.refuse(Reason.INTERNAL_ERROR);
        } else if (exchange.request().forwardsLeft() == 0) {
            Placement.release(part);
            exchange.answer(OPTIONS);
        } else if (exchange.target().group() == null) {
            Placement.release(part);
            exchange.refuse(Reason.NO_ROUTE);
        } else if (filters != null && filters.seesRequestBody()) {
            startFiltered(filters, part);
        } else {
            exchange.delivery().start(part, headFrom, exchange.startNanos());
        }
    }

    /** Takes what has come of the body through the filters. If that is all of it, its new length is known. */
    private void startFiltered(FilterRun filters, ByteBuf part) {
        boolean isComplete = exchange.body().isComplete();
        ByteBuf piece = filters.requestPiece(part, isComplete, exchange.body().trailers());
        if (piece == null) {
            exchange.refuse(Reason.INTERNAL_ERROR);
            return;
        }
        exchange.body().setTrailers(filters.requestTrailers());
        exchange.request().reframe(isComplete && exchange.body().trailers() == null ? piece.readableBytes() : -1);
        exchange.delivery().start(piece, Placement.ELSEWHERE, exchange.startNanos());
    }
}
