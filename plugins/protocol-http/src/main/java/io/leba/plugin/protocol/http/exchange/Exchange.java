package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.head.HeadEdits;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.protocol.FrontendView;
import io.leba.spi.protocol.Outcome;
import io.netty.buffer.Unpooled;

/**
 * One request and its response, from the first byte to the last. Objects are used again, a loop's for all its connections.
 *
 * <p>It knows no version of HTTP: the client is a {@link ClientStream}, the backend a {@link BackendStream}, and heads are the
 * text of HTTP/1.1 heads, whichever way they came.
 *
 * <p>Phases: the head is read, judged, routed and filtered ({@link Intake}); a backend is picked and connected ({@link
 * Delivery}); then request ({@link RequestRelay}) and response ({@link ResponseRelay}) stream, each at the pace of whoever reads it. {@link
 * #end} is the one way out: whatever was entered, picked or begun is exited, finished and completed there, once.
 */
public final class Exchange {
    private enum Phase {
        HEAD,
        FILTERING,
        CONNECTING,
        PAUSING,
        STREAMING,
        TUNNEL,
        OVER
    }

    private static final long TOLD_BYTES = 1 << 20;

    private final LoopState loop;
    private final RequestHead request = new RequestHead();
    private final Intake intake = new Intake(this);
    private final RequestRelay body = new RequestRelay(this);
    private final ResponseRelay response = new ResponseRelay(this);
    private final Http1RequestReader requestReader = new Http1RequestReader(this);
    private final Http1ResponseReader responseReader = new Http1ResponseReader(this);
    private final Delivery delivery;
    private FilterRun filters;
    private Tunnel tunnel;
    private GrpcCall call;
    private boolean isCall;
    private ExchangeReport report;
    private Phase phase = Phase.OVER;
    private ClientStream client;
    private boolean isFiltering;
    private FrontendView view;
    private FrontendTable table;
    private Target target;
    private int epoch;
    private long startNanos;
    private long firstByteNanos;
    private int heldHead;
    private long bytesIn;
    private long bytesOut;
    private long toldIn;
    private long toldOut;

    Exchange(LoopState loop) {
        this.loop = loop;
        this.delivery = new Delivery(this, loop);
    }

    /** A request is about to come from the stream. Taken from {@link LoopState#take}. */
    public Exchange begin(ClientStream by) {
        client = by;
        phase = Phase.HEAD;
        firstByteNanos = -1;
        request.setTrusted(by.isTrusted());
        return this;
    }

    /** The loop it belongs to. */
    public LoopState loop() {
        return loop;
    }

    /** The client. */
    public ClientStream client() {
        return client;
    }

    Engine engine() {
        return client.engine();
    }

    Http1RequestReader requestReader() {
        return requestReader;
    }

    Http1ResponseReader responseReader() {
        return responseReader;
    }

    /** The request's head. */
    public RequestHead request() {
        return request;
    }

    /** The way in. */
    public Intake intake() {
        return intake;
    }

    /** The request's body. */
    public RequestRelay body() {
        return body;
    }

    /** The response. */
    public ResponseRelay response() {
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
    public int epoch() {
        return epoch;
    }

    long now() {
        return engine().scope.time().nanos();
    }

    /** What filters changed in the request, or null. */
    public HeadEdits requestEdits() {
        return isFiltered() ? filters.requestEdits() : null;
    }

    /** What it is as a gRPC call; null: it is none. */
    GrpcCall call() {
        return isCall ? call : null;
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

    /** Whether filters could not decide at once; {@link ClientStream#decided} follows. */
    public boolean isFiltering() {
        return isFiltering;
    }

    /** Whether all of the request has come; one without a body has with its head. */
    public boolean isRequestComplete() {
        return phase == Phase.FILTERING
                ? !request.hasBody() || body.isComplete()
                : phase != Phase.HEAD && body.isComplete();
    }

    /** Whether body bytes can go on to the backend now. */
    public boolean takesBody() {
        if (phase == Phase.TUNNEL) {
            return tunnel.takesInput();
        }
        return phase == Phase.STREAMING
                && !body.isComplete()
                && delivery.stream().isWritable();
    }

    /** Whether both sides have changed to another protocol. */
    public boolean isTunnel() {
        return phase == Phase.TUNNEL;
    }

    Tunnel tunnel() {
        return tunnel;
    }

    /** Whether a chunked request's pieces keep their chunks on their way. */
    boolean passesRequestChunks() {
        return client.takesChunks()
                && target.group() != null
                && engine().source(target.group()).takesChunks();
    }

    /** The request's first byte has come. */
    void began() {
        startNanos = now();
        client.boundRequest();
    }

    /** A head that has not come whole is held; it is refused if there is no memory left for such. */
    void holdHead() {
        int more = request.length() - heldHead;
        heldHead += more;
        loop.loop.buffers().held(more);
        if (loop.loop.buffers().isSpent()) {
            enter();
            refuse(Reason.OVERLOADED);
        }
    }

    private void releaseHead() {
        if (heldHead > 0) {
            loop.loop.buffers().held(-heldHead);
            heldHead = 0;
        }
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
        if (GrpcCall.isOne(request)) {
            if (call == null) {
                call = new GrpcCall(this);
            }
            isCall = true;
            call.begin();
        }
    }

    /** Sends the request where it goes. */
    void routed(Target found) {
        target = found;
    }

    /** Takes it through the filters, if there are any. */
    void filter() {
        HttpFilter[] chain = target.filters();
        if (chain.length > 0) {
            if (filters == null) {
                filters = new FilterRun(this);
            }
            isFiltering = filters.start(chain) == FilterRun.Progress.WAITING;
        }
    }

    /** Bounds the time that the filters take to decide. */
    void awaitFilters() {
        if (!request.hasBody()) {
            client.requestReceived();
        }
        long millis = engine().settings.requestMillis;
        client.arm(millis > 0 ? millis : engine().settings.firstByteMillis);
    }

    /** The filters that could not decide at once have. */
    void decided() {
        isFiltering = false;
        client.decided();
    }

    /** A connection is being opened, which has a time limit of its own. */
    void connecting() {
        phase = Phase.CONNECTING;
        if (delivery.hasTimeout()) {
            client.arm(Math.max(1, delivery.millisLeft()));
        } else {
            client.disarm();
        }
    }

    /** Another try follows after a while. */
    void pausing(long millis) {
        phase = Phase.PAUSING;
        client.arm(millis);
    }

    /** The request is being sent. */
    void streaming() {
        phase = Phase.STREAMING;
        response.begin();
        body.pace();
        Settings settings = engine().settings;
        client.arm(
                body.isComplete()
                        ? delivery.responseMillis(settings.firstByteMillis)
                        : delivery.bounded(settings.idleMillis));
    }

    /** The backend has changed to another protocol, and the client was told so. */
    void switched() {
        phase = Phase.TUNNEL;
        if (tunnel == null) {
            tunnel = new Tunnel(this);
        }
        tunnel.begin(request.upgradesToWebSocket());
        if (client.connection().isDraining()) {
            tunnel.drain();
        }
    }

    /** The frontend drains. A request is served to its end; what has no end of its own is told so. */
    public void drain() {
        if (phase == Phase.TUNNEL) {
            tunnel.drain();
        }
    }

    /** What the tunnel carried is complete, or is to be. */
    void tunnelEnded(String reason) {
        end(Outcome.SUCCESS, reason, false);
    }

    /** Counts bytes that came from the client. */
    public void received(int bytes) {
        bytesIn += bytes;
        moved();
    }

    /** Counts bytes that go to the client. */
    public void sent(int bytes) {
        bytesOut += bytes;
        moved();
    }

    /** A tunnel may last for days: what it has carried is told meanwhile. */
    private void moved() {
        if (phase == Phase.TUNNEL && bytesIn - toldIn + bytesOut - toldOut > TOLD_BYTES) {
            view.moved(loop.loop, bytesIn - toldIn, bytesOut - toldOut);
            toldIn = bytesIn;
            toldOut = bytesOut;
        }
    }

    /** The first byte of a response has come. */
    void firstByte() {
        if (table.listeners().length > 0) {
            firstByteNanos = now() - startNanos;
        }
    }

    /** The client can be written to again. */
    public void clientWritable() {
        BackendStream backend = delivery.stream();
        if (backend != null) {
            backend.setReading(true);
        }
    }

    /** The backend can be written to again. */
    public void backendWritable() {
        body.pace();
        client.resumeReading();
    }

    /** The backend's stream ended before the response was complete. May end the exchange. */
    public void backendEnded(StreamEnd how) {
        if (phase == Phase.TUNNEL && how == StreamEnd.CLOSED) {
            tunnelEnded("");
            return;
        }
        if (how == StreamEnd.CLOSED && response.endsWithStream()) {
            response.piece(Unpooled.EMPTY_BUFFER, true, null);
        } else if (response.hasBegun() || !delivery.resend(how)) {
            refuse(Reason.BACKEND_CLOSED);
        }
    }

    /** The client went away, or will send no more of an incomplete request. */
    public void clientGone() {
        if (phase == Phase.TUNNEL) {
            tunnelEnded("");
            return;
        }
        enter();
        fail(Reason.CLIENT_ABORTED);
    }

    /** Nothing happened for too long. */
    public void expired() {
        switch (phase) {
            case HEAD -> {
                enter();
                refuse(Reason.HEAD_TIMEOUT);
            }
            case FILTERING -> refuse(Reason.FILTER_TIMEOUT);
            case STREAMING -> streamExpired();
            case TUNNEL -> tunnel.expired();
            case CONNECTING -> refuse(Reason.RETRY_TIMEOUT);
            case PAUSING -> delivery.goOn();
            case OVER -> {}
        }
    }

    private void streamExpired() {
        boolean waitsForClient = !body.isComplete() && delivery.stream().isWritable();
        if (response.isHeadSent()) {
            fail(client.isStalled() ? Reason.CLIENT_STALLED : Reason.RESPONSE_TIMEOUT);
        } else if (delivery.isTimeUp()) {
            refuse(Reason.RETRY_TIMEOUT);
        } else if (waitsForClient) {
            refuse(Reason.BODY_TIMEOUT);
        } else if (!delivery.retriesTimeout()) {
            refuse(Reason.FIRST_BYTE_TIMEOUT);
        }
    }

    /** The whole request took too long. */
    public void requestExpired() {
        if (!isRequestComplete()) {
            enter();
            refuse(Reason.REQUEST_TIMEOUT);
        }
    }

    /** Answers instead of the backend, or ends the exchange if an answer has begun. */
    public void refuse(Reason reason) {
        if (reason.status() == 0 || response.isHeadSent()) {
            fail(reason);
            return;
        }
        boolean isSound = reason == Reason.NO_ROUTE || reason.outcome() != Outcome.CLIENT_ERROR;
        table.counts().refusal(loop.index, reason);
        if (isCall) {
            response.answerUnseen(call.answer(reason));
        } else {
            client.sendRefusal(reason, isSound && isRequestComplete());
            response.answered(reason.status());
        }
        end(reason.outcome(), reason.word(), isSound && isRequestComplete());
    }

    /** A filter answers. */
    void answer(HttpAnswer answer) {
        if (!response.answer(isCall ? call.translated(answer) : answer)) {
            refuse(Reason.INTERNAL_ERROR);
            return;
        }
        Outcome outcome = answer.status() < 400
                ? Outcome.SUCCESS
                : answer.status() < 500 ? Outcome.CLIENT_ERROR : Outcome.INTERNAL;
        end(outcome, answer.reason(), body.isComplete());
    }

    /** Ends the exchange without an answer, or in the middle of one; the client's connection goes with it. */
    public void fail(Reason reason) {
        table.counts().refusal(loop.index, reason);
        if (isCall && call.endResponse(reason)) {
            return;
        }
        client.reset(reason);
        end(reason.outcome(), reason.word(), false);
    }

    /** The response is complete and sent. */
    void responseComplete() {
        // A backend that does not read the body of a GET would take it for the next request.
        boolean isBodyRead = !body.exists() || request.method().usuallyHasBody();
        delivery.leave(body.isComplete() && isBodyRead);
        if (isCall) {
            end(call.outcome(), call.reason(), body.isComplete());
            return;
        }
        end(response.status() >= 500 ? Outcome.BACKEND_ERROR : Outcome.SUCCESS, "", body.isComplete());
    }

    private void end(Outcome outcome, String reason, boolean isComplete) {
        if (phase == Phase.OVER) {
            return;
        }
        boolean wasTunnel = phase == Phase.TUNNEL;
        phase = Phase.OVER;
        releaseHead();
        delivery.leave(false);
        long now = now();
        // How long a tunnel stood says nothing about how fast its backend is.
        delivery.finishPick(outcome, wasTunnel ? -1 : now);
        if (response.status() > 0) {
            table.counts().response(loop.index, response.status());
        }
        if (isCall) {
            call.end(response.status());
            table.counts().call(loop.index, call.status());
        }
        if (isFiltered()) {
            filters.complete();
        }
        if (table.listeners().length > 0) {
            report(outcome, reason, now);
        }
        view.exit(loop.loop, outcome, bytesIn - toldIn, bytesOut - toldOut);
        ClientStream by = client;
        if (delivery.end()) {
            recycle();
        }
        by.exchangeEnded(isComplete);
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
        isCall = false;
        isFiltering = false;
        view = null;
        table = null;
        target = null;
        epoch++;
        bytesIn = 0;
        bytesOut = 0;
        toldIn = 0;
        toldOut = 0;
        loop.giveBack(this);
    }
}
