package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Answer;
import io.leba.plugin.protocol.http.answer.Reason;
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
 * <p>Phases: the head is read, judged, routed and filtered ({@link Intake}); a backend is picked and connected ({@link
 * Delivery}); then request ({@link RequestRelay}) and response ({@link ResponseRelay}) stream, each at the pace of whoever reads it. {@link
 * #end} is the one way out: whatever was entered, picked or begun is exited, finished and completed there, once.
 */
final class Exchange {
    private enum Phase {
        HEAD,
        FILTERING,
        CONNECTING,
        STREAMING,
        OVER
    }

    private final LoopState loop;
    private final RequestHead request = new RequestHead();
    private final Intake intake = new Intake(this);
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

    Intake intake() {
        return intake;
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

    /** Whether all of the request has come; one without a body has with its head. */
    boolean isRequestComplete() {
        return phase == Phase.FILTERING
                ? !request.hasBody() || body.isComplete()
                : phase != Phase.HEAD && body.isComplete();
    }

    /** Whether body bytes can go on to the backend now. */
    boolean takesBody() {
        return phase == Phase.STREAMING
                && !body.isComplete()
                && delivery.connection().channel().isWritable();
    }

    /** The request's first byte has come. */
    void began() {
        startNanos = now();
        client.boundRequest();
    }

    /** Takes the generation that is current now; whatever is answered or reported needs it. */
    void enter() {
        if (view == null) {
            view = client.connection().enter();
            table = (FrontendTable) view.table();
        }
    }

    /** The head has come: from now on it is judged, routed and filtered. */
    void headReceived() {
        enter();
        phase = Phase.FILTERING;
    }

    /** Sends the request where it goes. */
    void routed(Target found) {
        target = found;
    }

    /** Takes it through the filters. */
    FilterRun.Progress filter() {
        if (filters == null) {
            filters = new FilterRun(this);
        }
        return filters.start(target.filters());
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
        BackendSide backend = delivery.connection();
        if (backend != null) {
            backend.setReading(true);
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
    void answer(HttpAnswer answer) {
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
