package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.field.RequestText;
import io.leba.plugin.protocol.http.h2.field.ResponseText;
import io.leba.plugin.protocol.http.h2.field.TrailerText;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.hpack.FieldSink;
import io.leba.plugin.protocol.http.head.Bytes;

/** Turns complete field blocks into requests, responses and trailers (RFC 9113 §8.1). One connection's. */
final class Messages {
    private static final FieldSink NOBODY = field -> true;

    private final Http2Connection connection;
    private final BlockReader block;

    Messages(Http2Connection connection, BlockReader block) {
        this.connection = connection;
        this.block = block;
    }

    /** Every block is decoded, whatever becomes of it: the table must know. True if the connection goes on. */
    boolean blockComplete(int id) {
        boolean isLast = block.isLast();
        Http2Stream stream = connection.streams().get(id);
        if (stream == null) {
            return connection.isIdle(id) ? request(id, isLast) : unwanted(id);
        }
        if (stream.hasRemoteEnded) {
            return skip() && connection.fault(stream, Fault.CLOSED_STREAM);
        }
        return stream.hasHead ? trailers(stream, isLast) : response(stream, isLast);
    }

    private boolean skip() {
        return block.decode(NOBODY) || connection.fail(Fault.BAD_COMPRESSION);
    }

    private boolean unwanted(int id) {
        if (!skip()) {
            return false;
        }
        // What this end reset may have been on its way (RFC 9113 §5.1).
        boolean isKnown = connection.closedStreams().find(id) == ClosedStreams.Way.BY_SELF;
        return isKnown || connection.fault(id, Fault.CLOSED_STREAM);
    }

    private boolean request(int id, boolean isLast) {
        RequestText text = connection.scratch().request;
        Bytes head = connection.scratch().head.clear();
        text.begin(head);
        if (!block.decode(text)) {
            return connection.fail(text.isBomb() ? Fault.HEADER_BOMB : Fault.BAD_COMPRESSION);
        }
        if (id > connection.lastServed()) {
            // Opened before the peer knew that no more are served: it will try elsewhere.
            connection.skipped(id);
            return connection.fault(id, Fault.NOT_SEEN);
        }
        if (connection.streams().count() >= connection.limits().streams()) {
            connection.skipped(id);
            return connection.fault(id, Fault.TOO_MANY_STREAMS);
        }
        Fault fault = block.dependsOnItself() ? Fault.SELF_DEPENDENCY : text.end(isLast);
        if (fault != null) {
            connection.skipped(id);
            return connection.fault(id, fault);
        }
        connection.defences().moved();
        Http2Stream stream = connection.begin(id);
        stream.hasHead = true;
        stream.hasRemoteEnded = isLast;
        stream.urgency = text.urgency();
        stream.contentLeft = text.contentLength();
        Http2Consumer consumer = connection.events().request(stream, head, isLast);
        if (!stream.isClosed && !stream.isLeft) {
            stream.consumer = consumer;
        }
        return !connection.hasFailed();
    }

    private boolean response(Http2Stream stream, boolean isLast) {
        ResponseText text = connection.scratch().response;
        Bytes head = connection.scratch().head.clear();
        text.begin(head);
        if (!block.decode(text)) {
            return connection.fail(text.isBomb() ? Fault.HEADER_BOMB : Fault.BAD_COMPRESSION);
        }
        Fault fault = text.end(isLast, stream.isHeadRequest);
        if (fault != null) {
            return connection.fault(stream, fault);
        }
        connection.defences().moved();
        if (text.status() >= 200) {
            stream.hasHead = true;
            boolean isBodiless = stream.isHeadRequest || text.status() == 204 || text.status() == 304;
            stream.contentLeft = isBodiless ? 0 : text.contentLength();
        }
        Http2Consumer consumer = stream.consumer;
        if (isLast) {
            connection.remoteEnded(stream);
        }
        if (consumer != null) {
            consumer.head(head, isLast);
        }
        return !connection.hasFailed();
    }

    private boolean trailers(Http2Stream stream, boolean isLast) {
        TrailerText text = connection.scratch().trailers;
        Bytes lines = connection.scratch().head.clear();
        text.begin(lines);
        if (!block.decode(text)) {
            return connection.fail(text.isBomb() ? Fault.HEADER_BOMB : Fault.BAD_COMPRESSION);
        }
        Fault fault = isLast ? text.end() : Fault.BAD_TRAILERS;
        if (fault == null && stream.contentLeft > 0) {
            fault = Fault.LENGTH_MISMATCH;
        }
        if (fault != null) {
            return connection.fault(stream, fault);
        }
        connection.defences().moved();
        Http2Consumer consumer = stream.consumer;
        connection.remoteEnded(stream);
        if (consumer != null) {
            consumer.ended(lines.length() == 0 ? null : lines);
        }
        return !connection.hasFailed();
    }
}
