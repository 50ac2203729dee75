package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.field.Priority;
import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.frame.FrameHeader;
import io.leba.plugin.protocol.http.h2.frame.FrameReader;
import io.leba.plugin.protocol.http.h2.frame.FrameSink;
import io.leba.plugin.protocol.http.h2.frame.FrameType;
import io.netty.buffer.ByteBuf;

/**
 * The way in: judges frames by their stream's state (RFC 9113 §5.1, §6) and takes them where they belong. Windows are opened again as consumers take what
 * came, so a connection holds no more of its peer's bytes than its window. One connection's.
 */
final class Receiver implements FrameSink {
    private static final int UNREAD = 256 << 10;

    private final Http2Connection connection;
    private final BlockReader block;
    private final Messages messages;
    private final int windowSize;
    private int window;
    private int unreturned;
    private Http2Stream dataStream;
    private int dataBytes;
    private boolean hasSettings;

    Receiver(Http2Connection connection) {
        this.connection = connection;
        this.block = new BlockReader(connection.limits().headBytes());
        this.messages = new Messages(connection, block);
        this.windowSize = connection.limits().connectionWindow();
        this.window = windowSize;
    }

    /** Whether a field block has begun and not ended. */
    boolean isInBlock() {
        return block.stream() != 0;
    }

    private boolean fail(Fault fault) {
        return connection.fail(fault);
    }

    @Override
    public boolean begins(FrameHeader header) {
        int type = header.type();
        if (!hasSettings) {
            if (type != FrameType.SETTINGS || header.has(FrameType.ACK)) {
                return fail(Fault.NO_SETTINGS);
            }
            hasSettings = true;
        }
        if (header.length() > FrameType.LARGEST) {
            return fail(Fault.BAD_FRAME_SIZE);
        }
        boolean isBlockOpen = block.stream() != 0;
        if (isBlockOpen != (type == FrameType.CONTINUATION) || isBlockOpen && header.stream() != block.stream()) {
            return fail(Fault.BROKEN_BLOCK);
        }
        return switch (type) {
            case FrameType.DATA -> header.stream() == 0 ? fail(Fault.BAD_STREAM_ID) : dataBegins(header);
            case FrameType.HEADERS, FrameType.PRIORITY, FrameType.RST_STREAM, FrameType.CONTINUATION ->
                header.stream() != 0 || fail(Fault.BAD_STREAM_ID);
            case FrameType.SETTINGS, FrameType.PING, FrameType.GOAWAY, FrameType.PRIORITY_UPDATE ->
                header.stream() == 0 || fail(Fault.BAD_STREAM_ID);
            case FrameType.PUSH_PROMISE -> fail(Fault.PUSHED);
            default -> true;
        };
    }

    @Override
    public boolean badPadding(FrameHeader header) {
        return fail(header.length() == 0 ? Fault.BAD_FRAME_SIZE : Fault.BAD_PADDING);
    }

    private boolean dataBegins(FrameHeader header) {
        int id = header.stream();
        dataBytes = 0;
        dataStream = null;
        if (connection.isIdle(id)) {
            return fail(Fault.IDLE_STREAM);
        }
        window -= header.length();
        if (window < 0) {
            return fail(Fault.WINDOW_EXCEEDED);
        }
        Http2Stream stream = connection.streams().get(id);
        if (stream == null) {
            return switch (connection.closedStreams().find(id)) {
                case BY_SELF -> true;
                case ENDED -> fail(Fault.CLOSED_STREAM);
                case BY_PEER, UNKNOWN -> connection.fault(id, Fault.CLOSED_STREAM);
            };
        }
        if (stream.hasRemoteEnded) {
            return connection.fault(stream, Fault.CLOSED_STREAM);
        }
        if (!stream.hasHead) {
            return connection.fault(stream, Fault.BAD_PSEUDO_HEADER);
        }
        stream.receiveWindow -= header.length();
        if (stream.receiveWindow < 0) {
            return connection.fault(stream, Fault.WINDOW_EXCEEDED);
        }
        dataStream = stream;
        return true;
    }

    @Override
    public boolean data(FrameHeader header, ByteBuf buf, int from, int count) {
        Http2Stream stream = dataStream;
        if (stream == null || stream.isClosed) {
            return true;
        }
        if (stream.contentLeft >= 0) {
            stream.contentLeft -= count;
            if (stream.contentLeft < 0) {
                return connection.fault(stream, Fault.LENGTH_MISMATCH);
            }
        }
        Http2Consumer consumer = stream.consumer;
        if (consumer != null) {
            dataBytes += count;
            stream.untaken += count;
            boolean isLast = header.has(FrameType.END_STREAM) && dataBytes == header.length();
            if (isLast && stream.contentLeft > 0) {
                return connection.fault(stream, Fault.LENGTH_MISMATCH);
            }
            if (isLast) {
                stream.hasRemoteEnded = true;
            }
            consumer.data(buf.retainedSlice(from, count), isLast);
            if (isLast && !stream.isClosed) {
                connection.remoteEnded(stream);
            }
        }
        return !connection.hasFailed();
    }

    @Override
    public boolean dataEnds(FrameHeader header) {
        Http2Stream stream = dataStream;
        dataStream = null;
        boolean isLast = header.has(FrameType.END_STREAM);
        // Padding, and what nobody wants, is taken at once; what was given away before its stream was closed was taken
        // then.
        int rest = header.length() - dataBytes;
        dataBytes = 0;
        if (stream == null || stream.isClosed) {
            credit(null, rest);
            return !connection.hasFailed() && (header.length() > 0 || useless());
        }
        credit(stream, rest);
        if (stream.hasRemoteEnded) {
            connection.defences().moved();
            return !connection.hasFailed();
        }
        if (header.length() > 0) {
            connection.defences().moved();
        } else if (!isLast && !useless()) {
            return false;
        }
        if (!isLast) {
            return true;
        }
        if (stream.contentLeft > 0) {
            return connection.fault(stream, Fault.LENGTH_MISMATCH);
        }
        Http2Consumer consumer = stream.consumer;
        connection.remoteEnded(stream);
        if (consumer != null) {
            consumer.ended(null);
        }
        return !connection.hasFailed();
    }

    /** The consumer took bytes. */
    void taken(Http2Stream stream, int bytes) {
        int count = Math.min(bytes, stream.untaken);
        stream.untaken -= count;
        credit(stream, count);
    }

    /** Opens the windows again, when enough has come together to be worth a frame. */
    void credit(Http2Stream stream, int bytes) {
        if (bytes <= 0 || connection.hasFailed()) {
            return;
        }
        unreturned += bytes;
        if (unreturned >= windowSize / 2) {
            window += unreturned;
            connection.writer().windowUpdate(0, unreturned);
            unreturned = 0;
        }
        if (stream == null || stream.isClosed || stream.hasRemoteEnded) {
            return;
        }
        stream.unreturned += bytes;
        if (stream.unreturned >= connection.limits().streamWindow() / 2) {
            stream.receiveWindow += stream.unreturned;
            connection.writer().windowUpdate(stream.id(), stream.unreturned);
            stream.unreturned = 0;
        }
    }

    /** What a closed stream's consumer has not taken, it never will. */
    void streamClosed(Http2Stream stream) {
        int bytes = stream.untaken;
        stream.untaken = 0;
        credit(null, bytes);
    }

    @Override
    public boolean payload(FrameHeader header, byte[] a, int from, int to) {
        int length = to - from;
        return switch (header.type()) {
            case FrameType.HEADERS -> headers(header, a, from, to);
            case FrameType.CONTINUATION -> continuation(header, a, from, to);
            case FrameType.PRIORITY -> priority(header, a, from, length);
            case FrameType.RST_STREAM -> length == 4 ? reset(header, a, from) : fail(Fault.BAD_FRAME_SIZE);
            case FrameType.SETTINGS -> settings(header, a, from, to);
            case FrameType.PING -> length == 8 ? ping(header, a, from) : fail(Fault.BAD_FRAME_SIZE);
            case FrameType.GOAWAY -> length >= 8 ? goAway(a, from) : fail(Fault.BAD_FRAME_SIZE);
            case FrameType.WINDOW_UPDATE -> length == 4 ? window(header, a, from) : fail(Fault.BAD_FRAME_SIZE);
            case FrameType.PRIORITY_UPDATE -> length >= 4 ? priorityUpdate(a, from, to) : fail(Fault.BAD_FRAME_SIZE);
            default -> useless();
        };
    }

    /** A frame that moves nothing; true if there have not been too many. */
    private boolean useless() {
        return connection.defences().takesUseless(connection.output().nanos()) || fail(Fault.USELESS_FRAMES);
    }

    /** A frame that is to be answered; true if the answers are read. */
    private boolean answerable() {
        return useless() && (connection.output().unsent() < UNREAD || fail(Fault.UNREAD_ANSWERS));
    }

    private boolean headers(FrameHeader header, byte[] a, int from, int to) {
        int id = header.stream();
        boolean isNew = connection.isIdle(id);
        if (isNew && (connection.role() == Role.CLIENT || (id & 1) == 0)) {
            return fail(connection.role() == Role.CLIENT ? Fault.IDLE_STREAM : Fault.BAD_STREAM_ID);
        }
        if (!isNew && connection.streams().get(id) == null) {
            switch (connection.closedStreams().find(id)) {
                case ENDED -> {
                    return fail(Fault.CLOSED_STREAM);
                }
                case UNKNOWN -> {
                    return fail(Fault.BAD_STREAM_ID);
                }
                default -> {}
            }
        }
        Fault fault = block.begin(header, a, from, to);
        return fault == null ? !block.isWhole() || messages.blockComplete(id) : fail(fault);
    }

    private boolean continuation(FrameHeader header, byte[] a, int from, int to) {
        Fault fault = block.goOn(header, a, from, to);
        return fault == null ? !block.isWhole() || messages.blockComplete(header.stream()) : fail(fault);
    }

    private boolean priority(FrameHeader header, byte[] a, int from, int length) {
        int id = header.stream();
        boolean isSound = length == 5 && (FrameReader.number(a, from) & 0x7fffffff) != id;
        if (isSound) {
            return useless();
        }
        Fault fault = length == 5 ? Fault.SELF_DEPENDENCY : Fault.BAD_FRAME_SIZE;
        Http2Stream stream = connection.streams().get(id);
        if (stream != null) {
            return connection.fault(stream, fault);
        }
        // A reset of a stream that is idle would be an offence itself.
        return connection.isIdle(id) ? fail(fault) : useless();
    }

    private boolean priorityUpdate(byte[] a, int from, int to) {
        int id = FrameReader.number(a, from) & 0x7fffffff;
        if (id == 0 || connection.role() == Role.CLIENT) {
            return fail(Fault.BAD_STREAM_ID);
        }
        Http2Stream stream = connection.streams().get(id);
        if (stream != null) {
            stream.urgency = Priority.urgency(a, from + 4, to);
        }
        return useless();
    }

    private boolean reset(FrameHeader header, byte[] a, int from) {
        int id = header.stream();
        if (connection.isIdle(id)) {
            return fail(Fault.IDLE_STREAM);
        }
        Http2Stream stream = connection.streams().get(id);
        return stream == null ? useless() : connection.resetByPeer(stream, ErrorCode.of(FrameReader.number(a, from)));
    }

    private boolean settings(FrameHeader header, byte[] a, int from, int to) {
        if (header.has(FrameType.ACK)) {
            if (to != from) {
                return fail(Fault.BAD_FRAME_SIZE);
            }
            connection.settingsAcknowledged();
            return useless();
        }
        if (!PeerSettings.isSize(to - from)) {
            return fail(Fault.BAD_FRAME_SIZE);
        }
        return answerable() && connection.settings(a, from, to);
    }

    private boolean ping(FrameHeader header, byte[] a, int from) {
        if (header.has(FrameType.ACK)) {
            long data = (long) FrameReader.number(a, from) << 32 | FrameReader.number(a, from + 4) & 0xffffffffL;
            connection.pinged(data);
            return useless();
        }
        if (!answerable()) {
            return false;
        }
        connection.writer().pingAck(a, from);
        return true;
    }

    private boolean goAway(byte[] a, int from) {
        connection.peerLeaves(FrameReader.number(a, from) & 0x7fffffff);
        return !connection.hasFailed();
    }

    private boolean window(FrameHeader header, byte[] a, int from) {
        int id = header.stream();
        int increment = FrameReader.number(a, from) & 0x7fffffff;
        if (id == 0) {
            if (increment == 0) {
                return fail(Fault.ZERO_INCREMENT);
            }
            return useless() && (connection.sender().open(increment) || fail(Fault.WINDOW_OVERFLOW));
        }
        if (connection.isIdle(id)) {
            return fail(Fault.IDLE_STREAM);
        }
        Http2Stream stream = connection.streams().get(id);
        if (stream == null) {
            return useless();
        }
        if (increment == 0) {
            return connection.fault(stream, Fault.ZERO_INCREMENT);
        }
        if (!connection.sender().open(stream, increment)) {
            return connection.fault(stream, Fault.WINDOW_OVERFLOW);
        }
        connection.sender().pump();
        return useless();
    }
}
