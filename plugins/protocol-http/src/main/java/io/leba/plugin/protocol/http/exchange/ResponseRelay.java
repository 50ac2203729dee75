package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.body.ChunkedBody;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.HeadEdits;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.leba.spi.http.HttpAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Takes a response from the backend to the client, piece by piece, in whichever framing or none. */
public final class ResponseRelay {
    private static final int MOST_INTERIM = 32;

    private final Exchange exchange;
    private final ResponseHead head = new ResponseHead();
    private HeadEdits edits;
    private Bytes trailers;
    private boolean hasBegun;
    private boolean isHeadSent;
    private boolean isFramed;
    private boolean isSeen;
    private boolean isComplete;
    private int interim;
    private int status;

    ResponseRelay(Exchange exchange) {
        this.exchange = exchange;
    }

    void clear() {
        head.clear();
        edits = null;
        trailers = null;
        hasBegun = false;
        isHeadSent = false;
        isComplete = false;
        isSeen = false;
        interim = 0;
    }

    /** A request is about to be sent. */
    void begin() {
        head.clear();
        hasBegun = false;
    }

    /** The head, which the backend's stream writes and scans. */
    public ResponseHead head() {
        return head;
    }

    /** What filters changed in it; null: nothing. */
    public HeadEdits edits() {
        return edits;
    }

    /** Whether all of it has come. */
    public boolean isComplete() {
        return isComplete;
    }

    /** Whether pieces of a chunked body have their chunks; else they are plain data. */
    public boolean isFramed() {
        return isFramed;
    }

    /** The trailers of a complete response without chunks: valid lines with an empty one behind them; null: none. */
    public Bytes trailers() {
        return trailers;
    }

    /** Whether any byte of it has come. */
    public boolean hasBegun() {
        return hasBegun;
    }

    /** Whether the final response's head has been sent to the client. */
    public boolean isHeadSent() {
        return isHeadSent;
    }

    /** Whether the end of the backend's stream is that of the response, which has begun. */
    boolean endsWithStream() {
        return isHeadSent && head.contentLength() == ResponseHead.UNTIL_CLOSE;
    }

    /** Whether it has been begun with the client, can be ended at any time, and was not yet. */
    boolean isOpen() {
        return isHeadSent && !isComplete && head.sentLength() < 0;
    }

    /** Whether filters see its body. */
    boolean isSeen() {
        return isSeen;
    }

    /** The final status sent to the client; 0: none. */
    int status() {
        return isHeadSent ? status : 0;
    }

    /** The first byte of it has come. */
    public void begun() {
        if (!hasBegun) {
            hasBegun = true;
            exchange.firstByte();
        }
    }

    /**
     * An interim response's head has come and has been judged: sent on, and the head is free for the next one.
     *
     * @return whether the exchange goes on; it does not if they are too many, or behind a 101, which is {@link #switchProtocols}'s
     */
    public boolean interim() {
        if (head.status() == 101 || ++interim > MOST_INTERIM) {
            exchange.refuse(Reason.BAD_RESPONSE);
            return false;
        }
        exchange.client().sendInterim(head);
        head.clear();
        return true;
    }

    /**
     * A 101 has come and has been judged: both sides change to the protocol that was asked for, and what comes from now on are pieces
     * of no body ({@link RequestRelay#take}, {@link #piece}); the last one of either is the end of that direction.
     *
     * @return whether the exchange goes on; it does not if nobody asked for that
     */
    public boolean switchProtocols() {
        if (!head.switchesAsAsked(exchange.request())) {
            exchange.refuse(Reason.BAD_RESPONSE);
            return false;
        }
        if (!headReceived()) {
            return false;
        }
        isHeadSent = true;
        exchange.client().sendHead(this, null, Placement.ELSEWHERE);
        exchange.switched();
        return true;
    }

    /**
     * The final response's head has come and has been judged: shown to the filters.
     *
     * @return whether the exchange goes on with it; it does not if a filter fails, or if another backend is asked instead: then
     *     the stream has been left
     */
    public boolean headReceived() {
        if (exchange.delivery().retriesStatus(head.status())) {
            return false;
        }
        exchange.delivery().settled();
        status = head.status();
        if (exchange.call() != null) {
            exchange.call().headReceived();
        }
        FilterRun filters = exchange.filters();
        if (filters != null) {
            isSeen = filters.response(head, true) && filters.beginResponseBody();
            if (filters.hasFailed()) {
                exchange.refuse(Reason.INTERNAL_ERROR);
                return false;
            }
            edits = filters.responseEdits();
        }
        return true;
    }

    /** In which form the pieces of a chunked body are wanted. Known once the head has been received. */
    public ChunkedBody.Form form() {
        if (head.isUnchunked()) {
            return ChunkedBody.Form.DATA;
        }
        if (!isSeen
                && exchange.client().takesChunks()
                && exchange.delivery().stream().takesChunks()) {
            return head.listsFields() ? ChunkedBody.Form.WITHOUT_TRAILERS : ChunkedBody.Form.WHOLE;
        }
        return head.listsFields() ? ChunkedBody.Form.DATA : ChunkedBody.Form.DATA_AND_TRAILERS;
    }

    /**
     * Sends the head on with what has come of the body. May end the exchange.
     *
     * @param body from its reader index on, in the form that is wanted; given away; null: nothing
     * @param headFrom where the head was received in that buffer, or {@link Placement#ELSEWHERE}
     * @param isLast whether the response ends with it
     * @param behind as with {@link #piece}
     */
    public void pass(ByteBuf body, int headFrom, boolean isLast, Bytes behind) {
        ended(isLast, behind);
        ByteBuf piece = body;
        if (isSeen) {
            piece = firstPiece(body, isLast, behind);
            if (piece == null) {
                exchange.refuse(Reason.INTERNAL_ERROR);
                return;
            }
        }
        isFramed = form().keepsChunks();
        isHeadSent = true;
        isComplete = isLast;
        trailers = isSeen ? exchange.filters().responseTrailers() : behind;
        exchange.client().sendHead(this, piece, piece == body ? headFrom : Placement.ELSEWHERE);
        passed();
    }

    /** Takes the first piece through the filters. If it is the last one too, the new length is known. Null: a filter failed. */
    private ByteBuf firstPiece(ByteBuf body, boolean isLast, Bytes behind) {
        if (!head.mayHaveBody(exchange.request())) {
            head.reframe(-1, exchange.request());
            return body == null ? Unpooled.EMPTY_BUFFER : body;
        }
        ByteBuf piece = exchange.filters().responsePiece(body, isLast, behind);
        if (piece != null) {
            boolean hasTrailers = exchange.filters().responseTrailers() != null;
            head.reframe(isLast && !hasTrailers ? piece.readableBytes() : -1, exchange.request());
        }
        return piece;
    }

    /**
     * Takes a further piece, which is given away. May end the exchange.
     *
     * @param isLast whether the response ends with it; it may be empty then
     * @param behind the trailers behind a last piece without chunks: lines that may be forwarded, with an empty line behind
     *     them, valid during the call; null: none
     */
    public void piece(ByteBuf given, boolean isLast, Bytes behind) {
        if (exchange.isTunnel()) {
            exchange.tunnel().fromBackend(given, isLast);
            return;
        }
        ended(isLast, behind);
        ByteBuf piece = isSeen ? exchange.filters().responsePiece(given, isLast, behind) : given;
        if (piece == null) {
            exchange.fail(Reason.INTERNAL_ERROR);
            return;
        }
        isComplete = isLast;
        if (isLast || piece.isReadable()) {
            exchange.client().send(piece, isLast, isSeen ? exchange.filters().responseTrailers() : behind);
        } else {
            piece.release();
        }
        passed();
    }

    private void ended(boolean isLast, Bytes behind) {
        if (isLast && exchange.call() != null) {
            exchange.call().responseReceived(behind);
        }
    }

    /** What was passed was the last of it, or the rest goes on as fast as the client reads. */
    private void passed() {
        if (isComplete) {
            exchange.responseComplete();
            return;
        }
        ClientStream client = exchange.client();
        client.arm(exchange.engine().settings.backendIdleMillis);
        if (!client.isWritable()) {
            exchange.delivery().stream().setReading(false);
        }
    }

    /** Sends an answer of LEBA's own, which no filter sees: it may be there because one failed. */
    void answerUnseen(HttpAnswer answer) {
        edits = null;
        isSeen = false;
        write(answer);
        send(null);
    }

    /** Makes the answer the response's head; false if it is no valid one. */
    private boolean write(HttpAnswer answer) {
        head.clear();
        try {
            Bytes bytes = AnswerHead.of(answer, exchange.loop().scratch.clear());
            head.append(bytes.array(), bytes.length());
        } catch (IllegalArgumentException e) {
            return false;
        }
        return answer.status() >= 200
                && head.scan(exchange.engine().settings.responseLimits) == head.length()
                && head.judge(exchange.request()) == null;
    }

    private void send(ByteBuf body) {
        status = head.status();
        isHeadSent = true;
        isComplete = true;
        exchange.client().sendHead(this, body, Placement.ELSEWHERE);
    }

    /** Sends an answer in place of the backend's, a filter's or LEBA's; false if it is no valid response, or a filter failed on it. */
    boolean answer(HttpAnswer answer) {
        FilterRun filters = exchange.filters();
        if (filters == null) {
            answerUnseen(answer);
            return true;
        }
        boolean isValid = write(answer) && filters.response(head, false);
        isSeen = isValid && filters.beginResponseBody();
        ByteBuf body = isValid && head.contentLength() > 0 ? Unpooled.wrappedBuffer(answer.body()) : null;
        if (isSeen && !filters.hasFailed()) {
            body = firstPiece(body, true, null);
        }
        if (!isValid || filters.hasFailed()) {
            head.clear();
            return false;
        }
        edits = filters.responseEdits();
        send(body);
        return true;
    }

    /** LEBA has answered with a status of its own. */
    void answered(int answeredStatus) {
        status = answeredStatus;
        isHeadSent = true;
    }
}
