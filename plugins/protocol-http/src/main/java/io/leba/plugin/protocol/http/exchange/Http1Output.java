package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Answer;
import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.body.ChunkFrame;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.ResponseComposer;
import io.leba.plugin.protocol.http.head.ResponseComposer.Persistence;
import io.leba.plugin.protocol.http.head.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** Writes responses to a client's HTTP/1 connection, one after the other. */
final class Http1Output {
    private final Channel channel;
    private final LoopState loop;
    private ChunkFrame chunks;
    private boolean makesChunks;

    Http1Output(Channel channel, LoopState loop) {
        this.channel = channel;
        this.loop = loop;
    }

    /** Sends an interim head; not to an HTTP/1.0 client, which would take it for the response. */
    void interim(Exchange exchange, ResponseHead head) {
        if (exchange.request().minorVersion() == 1) {
            Bytes out = loop.scratch.clear();
            int rest = ResponseComposer.compose(head, Persistence.SILENT, null, null, out);
            send(exchange, Placement.message(loop.loop.allocator(), head, rest, out, null, Placement.ELSEWHERE));
        }
    }

    /** Sends the final head with what has come of the body. */
    void head(Exchange exchange, Persistence persistence, ByteBuf body, int headFrom) {
        ResponseRelay response = exchange.response();
        ResponseHead head = response.head();
        head.announce(exchange.engine().alternative(exchange.client().connection()));
        Bytes out = loop.scratch.clear();
        int rest =
                ResponseComposer.compose(head, persistence, head.hasDate() ? null : loop.date(), response.edits(), out);
        makesChunks = head.sentLength() == ResponseHead.CHUNKED && !head.isUnchunked() && !response.isFramed();
        if (!makesChunks) {
            send(exchange, Placement.message(loop.loop.allocator(), head, rest, out, body, headFrom));
            return;
        }
        if (chunks == null) {
            chunks = new ChunkFrame();
        }
        chunks.begin();
        ByteBuf message = Placement.message(loop.loop.allocator(), head, rest, out, null, Placement.ELSEWHERE);
        exchange.sent(message.readableBytes());
        Outgoing.write(channel, message);
        chunk(exchange, body, response.isComplete(), response.trailers());
    }

    /** Sends a piece of the body. */
    void piece(Exchange exchange, ByteBuf piece, boolean isLast, Bytes trailers) {
        if (makesChunks) {
            chunk(exchange, piece, isLast, trailers);
        } else {
            send(exchange, piece);
        }
    }

    private void chunk(Exchange exchange, ByteBuf piece, boolean isLast, Bytes trailers) {
        exchange.sent(piece == null ? 0 : piece.readableBytes());
        Outgoing.sendChunk(channel, chunks, piece, isLast, trailers);
    }

    /** Sends LEBA's own answer. */
    void refusal(Exchange exchange, Reason reason, boolean stays) {
        send(exchange, Answer.refusal(loop.loop.allocator(), reason, exchange.request(), stays, loop.date()));
    }

    private void send(Exchange exchange, ByteBuf piece) {
        if (piece.isReadable()) {
            exchange.sent(piece.readableBytes());
            Outgoing.send(channel, piece);
        } else {
            piece.release();
        }
    }
}
