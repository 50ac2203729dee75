package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Head;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.netty.buffer.ByteBuf;

/**
 * The way in: reads a request's head, judges it, finds its route, takes it through the filters, verifies what has come of the
 * body, and sends it on its way, or has it answered. Nothing of a request reaches a backend before all of that.
 */
final class Intake {
    private static final int FIRST_COPY = 2048;
    private static final int NEXT_COPY = 8192;

    private final Exchange exchange;

    Intake(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Takes bytes of the head; the buffer is given away. {@code isKept} says that it is not the loop's shared one. */
    void readHead(ByteBuf buf, boolean isKept) {
        RequestHead request = exchange.request();
        Settings settings = settings();
        int from = buf.readerIndex();
        int readable = buf.readableBytes();
        int before = request.length();
        int taken = 0;
        int result;
        if (before == 0) {
            exchange.began();
        }
        do {
            int count = Math.min(readable - taken, taken == 0 ? FIRST_COPY : NEXT_COPY);
            request.append(buf, from + taken, count);
            taken += count;
            result = request.scan(settings.requestLimits);
        } while (result == Head.INCOMPLETE && taken < readable);
        if (result == Head.INCOMPLETE) {
            exchange.received(readable);
            buf.release();
            if (before == 0) {
                exchange.client().arm(settings.requestHeadMillis);
            }
            return;
        }
        exchange.headReceived();
        Reason reason = result == Head.FAILED ? request.error() : judge(request, settings);
        if (reason != null) {
            exchange.received(readable);
            buf.release();
            exchange.refuse(reason);
            return;
        }
        int bodyFrom = from + result - before;
        exchange.received(bodyFrom - from);
        route(buf, before == 0 ? from : Placement.ELSEWHERE, bodyFrom, isKept);
    }

    private static Reason judge(RequestHead request, Settings settings) {
        Reason reason = request.judge();
        return reason == null && request.line().isSlashAmbiguous() && settings.refusesAmbiguousSlashes
                ? Reason.BAD_TARGET
                : reason;
    }

    private void route(ByteBuf buf, int headFrom, int bodyFrom, boolean isKept) {
        exchange.routed(exchange.table().routes().find(exchange.request(), exchange.loop().lookup));
        if (exchange.target().filters().length == 0 || exchange.filter() != FilterRun.Progress.WAITING) {
            forward(buf, headFrom, bodyFrom, isKept);
            return;
        }
        // What has come of the body waits with the connection.
        ClientSide client = exchange.client();
        if (!exchange.request().hasBody()) {
            client.requestReceived();
        }
        client.armForFilters();
        if (isKept && bodyFrom < buf.writerIndex()) {
            client.keepOwn(buf.readerIndex(bodyFrom));
        } else {
            client.keep(buf, bodyFrom);
            buf.release();
        }
    }

    /** The filters that could not decide at once have decided. */
    void filtersDecided() {
        // The exchange may be over, and this object somebody else's, when it has been forwarded.
        ClientSide client = exchange.client();
        ByteBuf buf = client.takeKept();
        forward(buf, Placement.ELSEWHERE, buf.readerIndex(), true);
        client.resumeReading();
    }

    /**
     * Takes what has come of the body, and sends the request on its way, or answers it.
     *
     * @param headFrom where the head starts in the buffer, or {@link Placement#ELSEWHERE}
     * @param bodyFrom where the body starts
     */
    private void forward(ByteBuf buf, int headFrom, int bodyFrom, boolean isKept) {
        RequestRelay body = exchange.body();
        Reason reason = body.begin(exchange.request(), buf, bodyFrom, settings().bodyLimit);
        if (reason != null) {
            exchange.received(buf.writerIndex() - bodyFrom);
            buf.release();
            exchange.refuse(reason);
            return;
        }
        exchange.received(body.consumed() - bodyFrom);
        if (body.isComplete()) {
            exchange.client().requestReceived();
        }
        ByteBuf part = body.takePart(buf, isKept);
        FilterRun filters = exchange.filters();
        if (filters != null && filters.answer() != null) {
            Placement.release(part);
            exchange.answer(filters.answer());
        } else if (filters != null && filters.hasFailed()) {
            Placement.release(part);
            exchange.refuse(Reason.INTERNAL_ERROR);
        } else if (exchange.target().group() == null) {
            Placement.release(part);
            exchange.refuse(Reason.NO_ROUTE);
        } else {
            exchange.delivery().start(part, part == buf ? headFrom : Placement.ELSEWHERE, exchange.startNanos());
        }
    }

    private Settings settings() {
        return exchange.client().engine().settings;
    }
}
