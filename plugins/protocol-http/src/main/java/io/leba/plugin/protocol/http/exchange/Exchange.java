package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Answer;
import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.Head;
import io.leba.plugin.protocol.http.head.HeadEdits;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Outcome;
import io.netty.buffer.ByteBuf;

/**
 * One request and its response, from the first byte to the last. Objects are used again, a loop's for all its connections.
 *
 * <p>Phases: the head is read; it is judged, routed and filtered; a backend is picked and connected ({@link Delivery}); then
 * request ({@link RequestRelay}) and response ({@link ResponseRelay}) stream, each at the pace of whoever reads it. {@link
 * #end} is the one way out: whatever was entered, picked or begun is exited, finished and completed there, once.
 */
final class Exchange {
    private static final int FIRST_COPY = 2048;
    private static final int NEXT_COPY = 8192;

    private enum Phase {
        HEAD,
        FILTERING,
        CONNECTING,
        STREAMING,
        OVER
    }

    private final LoopState loop;
    private final RequestHead request = new RequestHead();
    private final RequestRelay body = new RequestRelay(this);
    private final ResponseRelay response = new ResponseRelay(this);
    private final Delivery delivery;
    private FilterRun filters;
    private ExchangeReport report;
    private Phase phase = Phase.OVER;
    private ClientSide client;
    private FrontendView view;
    private FrontendTable table;
    private Target target;
    private int epoch;
    private long startNanos;
    private long firstByteNanos;
    private long bytesIn;
    private long bytesOut;

    Exchange(LoopState loop) {
        this.loop = loop;
        this.delivery = new Delivery(this, loop);
    }

    Exchange begin(ClientSide by) {
        client = by;
        phase = Phase.HEAD;
        firstByteNanos = -1;
        request.setTrusted(by.isTrusted());
        return this;
    }

    LoopState loop() {
        return loop;
    }

    ClientSide client() {
        return client;
    }

    RequestHead request() {
        return request;
    }

    RequestRelay body() {
        return body;
    }

    ResponseRelay response() {
        return response;
    }

    Delivery delivery() {
        return delivery;
    }

    FrontendTable table() {
        return table;
    }

    Target target() {
        return target;
    }

    long startNanos() {
        return startNanos;
    }

    long firstByteNanos() {
        return firstByteNanos;
    }

    long bytesIn() {
        return bytesIn;
    }

    long bytesOut() {
        return bytesOut;
    }

    /** Tells apart what the object is used for, one after the other. */
    int epoch() {
        return epoch;
    }

    long now() {
        return client.engine().scope.time().nanos();
    }

    /** What filters changed in the request, or null. */
    HeadEdits requestEdits() {
        return isFiltered() ? filters.requestEdits() : null;
    }

    /** The filters that saw the request; null: none did. */
    FilterRun filters() {
        return isFiltered() ? filters : null;
    }

    private boolean isFiltered() {
        return filters != null && filters.hasRun();
    }

    boolean isReadingHead() {
        return phase == Phase.HEAD;
    }

    boolean isRequestComplete() {
        return phase != Phase.HEAD && body.isComplete();
    }

    /** Whether body bytes can go on to the backend now. */
    boolean takesBody() {
        return phase == Phase.STREAMING
                && !body.isComplete()
                && delivery.connection().channel().isWritable();
    }

    /** Takes bytes of the head; the buffer is given away. */
    void readHead(ByteBuf buf, boolean isKept) {
        int from = buf.readerIndex();
        int readable = buf.readableBytes();
        int before = request.length();
        int taken = 0;
        int result;
        if (before == 0) {
            startNanos = now();
            client.boundRequest();
        }
        do {
            int count = Math.min(readable - taken, taken == 0 ? FIRST_COPY : NEXT_COPY);
            request.append(buf, from + taken, count);
            taken += count;
            result = request.scan(client.engine().settings.requestLimits);
        } while (result == Head.INCOMPLETE && taken < readable);
        if (result == Head.INCOMPLETE) {
            bytesIn += readable;
            buf.release();
            if (before == 0) {
                client.arm(client.engine().settings.requestHeadMillis);
            }
            return;
        }
        enter();
        phase = Phase.FILTERING;
        Reason reason = result == Head.FAILED ? request.error() : judge();
        if (reason != null) {
            bytesIn += readable;
            buf.release();
            refuse(reason);
            return;
        }
        int bodyFrom = from + result - before;
        bytesIn += bodyFrom - from;
        target = table.routes().find(request, loop.lookup);
        int headFrom = before == 0 ? from : Placement.ELSEWHERE;
        if (target.filters().length > 0) {
            filter(buf, headFrom, bodyFrom, isKept);
        } else {
            forward(buf, headFrom, bodyFrom, isKept);
        }
    }

    private void enter() {
        if (view == null) {
            view = client.connection().enter();
            table = (FrontendTable) view.table();
        }
    }

    private Reason judge() {
        Reason reason = request.judge();
        return reason == null && request.isSlashAmbiguous() && client.engine().settings.refusesAmbiguousSlashes
                ? Reason.BAD_TARGET
                : reason;
    }

    private void filter(ByteBuf buf, int headFrom, int bodyFrom, boolean isKept) {
        if (filters == null) {
            filters = new FilterRun(this);
        }
        switch (filters.start(target.filters())) {
            case PROCEED, DECIDED -> forward(buf, headFrom, bodyFrom, isKept);
            case WAITING -> {
                // What has come of the body waits with the connection.
                client.armForFilters();
                if (isKept && bodyFrom < buf.writerIndex()) {
                    client.keepOwn(buf.readerIndex(bodyFrom));
                } else {
                    client.keep(buf, bodyFrom);
                    buf.release();
                }
            }
        }
    }

    /** The filters that could not decide at once have decided. */
    void filtersDecided() {
        // The exchange may be over, and this object somebody else's, when it has been forwarded.
        ClientSide by = client;
        ByteBuf buf = by.takeKept();
        forward(buf, Placement.ELSEWHERE, buf.readerIndex(), true);
        by.resumeReading();
    }

    /**
     * Takes what has come of the body, and sends the request on its way, or answers it.
     *
     * @param headFrom where the head starts in the buffer, or {@link Placement#ELSEWHERE}
     * @param bodyFrom where the body starts
     */
    private void forward(ByteBuf buf, int headFrom, int bodyFrom, boolean isKept) {
        Reason reason = body.begin(request.contentLength(), buf, bodyFrom, client.engine().settings.bodyLimit);
        if (reason != null) {
            bytesIn += buf.writerIndex() - bodyFrom;
            buf.release();
            refuse(reason);
            return;
        }
        bytesIn += body.consumed() - bodyFrom;
        if (body.isComplete()) {
            client.requestReceived();
        }
        ByteBuf part = body.takePart(buf, isKept);
        if (isFiltered() && filters.answer() != null) {
            Placement.release(part);
            answer(filters.answer());
        } else if (isFiltered() && filters.hasFailed()) {
            Placement.release(part);
            refuse(Reason.INTERNAL_ERROR);
        } else if (target.group() == null) {
            Placement.release(part);
            refuse(Reason.NO_ROUTE);
        } else {
            delivery.start(part, part == buf ? headFrom : Placement.ELSEWHERE, startNanos);
        }
    }

    /** A connection is being opened, which has a time limit of its own. */
    void connecting() {
        phase = Phase.CONNECTING;
        client.disarm();
    }

    /** The request is being sent. */
    void streaming() {
        phase = Phase.STREAMING;
        response.begin();
        Settings settings = client.engine().settings;
        client.arm(body.isComplete() ? settings.firstByteMillis : settings.idleMillis);
    }

    void received(int bytes) {
        bytesIn += bytes;
    }

    void sent(int bytes) {
        bytesOut += bytes;
    }

    /** The first byte of a response has come. */
    void firstByte() {
        if (table.listeners().length > 0) {
            firstByteNanos = now() - startNanos;
        }
    }

    void clientWritable() {
        if (phase == Phase.STREAMING) {
            delivery.connection().setReading(true);
        }
    }

    /** The backend's connection is closed. */
    void backendClosed() {
        if (response.hasBegun()) {
            response.backendClosed(delivery.connection().wasReset());
        } else if (!delivery.resend()) {
            refuse(Reason.BACKEND_CLOSED);
        }
    }

    /** The client went away, or will send no more of an incomplete request. */
    void clientGone() {
        enter();
        fail(Reason.CLIENT_ABORTED);
    }

    /** Nothing happened for too long. */
    void expired() {
        switch (phase) {
            case HEAD -> {
                enter();
                refuse(Reason.HEAD_TIMEOUT);
            }
            case FILTERING -> refuse(Reason.FILTER_TIMEOUT);
            case STREAMING -> {
                boolean waitsForClient =
                        !body.isComplete() && delivery.connection().channel().isWritable();
                if (!response.isHeadSent()) {
                    refuse(waitsForClient ? Reason.BODY_TIMEOUT : Reason.FIRST_BYTE_TIMEOUT);
                } else {
                    fail(Outgoing.isStalled(client.channel()) ? Reason.CLIENT_STALLED : Reason.RESPONSE_TIMEOUT);
                }
            }
            case CONNECTING, OVER -> {}
        }
    }

    /** The whole request took too long. */
    void requestExpired() {
        if (!isRequestComplete()) {
            enter();
            refuse(Reason.REQUEST_TIMEOUT);
        }
    }

    /** Whether the client's connection may stay open behind an answer of LEBA's own. */
    private boolean mayStay() {
        return isRequestComplete() && request.keepsAlive() && client.mayStay();
    }

    /** Answers instead of the backend, or ends the exchange if an answer has begun. */
    void refuse(Reason reason) {
        if (reason.status() == 0 || response.isHeadSent()) {
            fail(reason);
            return;
        }
        boolean isSound = reason == Reason.NO_ROUTE || reason.outcome() != Outcome.CLIENT_ERROR;
        boolean stays = isSound && mayStay();
        ByteBuf answer = Answer.refusal(loop.loop.allocator(), reason, request, stays, loop.date());
        bytesOut += answer.readableBytes();
        table.counts().refusal(loop.index, reason);
        Outgoing.send(client.channel(), answer);
        response.answered(reason.status());
        end(reason.outcome(), reason.word(), stays);
    }

    /** A filter answers. */
    private void answer(HttpAnswer answer) {
        if (!response.answer(answer, mayStay())) {
            refuse(Reason.INTERNAL_ERROR);
            return;
        }
        Outcome outcome = answer.status() < 400
                ? Outcome.SUCCESS
                : answer.status() < 500 ? Outcome.CLIENT_ERROR : Outcome.INTERNAL;
        end(outcome, answer.reason(), response.clientStays());
    }

    /** Ends the exchange without an answer, or in the middle of one; the client's connection goes with it. */
    void fail(Reason reason) {
        table.counts().refusal(loop.index, reason);
        ClientSide by = client;
        by.abort();
        end(reason.outcome(), reason.word(), false);
    }

    /** The response is complete and sent. */
    void responseComplete(boolean backendStays, boolean clientStays) {
        // A backend that does not read the body of a GET would take it for the next request.
        boolean isBodyRead = !body.exists() || request.method().usuallyHasBody();
        delivery.leave(backendStays && body.isComplete() && isBodyRead);
        end(response.status() >= 500 ? Outcome.BACKEND_ERROR : Outcome.SUCCESS, "", clientStays && body.isComplete());
    }

    private void end(Outcome outcome, String reason, boolean clientStays) {
        if (phase == Phase.OVER) {
            return;
        }
        phase = Phase.OVER;
        delivery.leave(false);
        long now = now();
        delivery.finishPick(outcome, now);
        if (response.status() > 0) {
            table.counts().response(loop.index, response.status());
        }
        if (isFiltered()) {
            filters.complete();
        }
        if (table.listeners().length > 0) {
            report(outcome, reason, now);
        }
        view.exit(loop.loop, outcome, bytesIn, bytesOut);
        ClientSide by = client;
        if (delivery.end()) {
            recycle();
        }
        by.exchangeEnded(clientStays);
    }

    private void report(Outcome outcome, String reason, long now) {
        if (report == null) {
            report = new ExchangeReport(this);
        }
        report.tell(outcome, reason, now);
    }

    /** Makes the object ready for another exchange. */
    void recycle() {
        request.clear();
        response.clear();
        body.clear();
        delivery.clear();
        if (filters != null) {
            filters.clear();
        }
        client = null;
        view = null;
        table = null;
        target = null;
        epoch++;
        bytesIn = 0;
        bytesOut = 0;
        loop.giveBack(this);
    }
}
