package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.h2.field.FieldLines;
import io.leba.plugin.protocol.http.h3.FrameType;
import io.leba.plugin.protocol.http.h3.Varint;
import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;

/** Writes a response as frames on its stream. What the client's windows do not take waits with QUIC, and is counted here. */
final class Http3Output {
    /** Pieces up to here are copied behind their frame's header, which is cheaper than another packet. */
    private static final int COPIED = 4096;

    private static final int HEADER = 9;

    private final QuicStreamChannel channel;
    private final Http3Client connection;
    private final Runnable onFailure;
    private final ChannelFutureListener written = this::written;
    private int waiting;
    private boolean hasEnded;
    private boolean hasFailed;

    Http3Output(QuicStreamChannel channel, Http3Client connection, Runnable onFailure) {
        this.channel = channel;
        this.connection = connection;
        this.onFailure = onFailure;
    }

    /** Whether the end was sent, or waits to be. */
    boolean hasEnded() {
        return hasEnded;
    }

    /** Whether anything waits for the client. */
    boolean isStalled() {
        return waiting > 0;
    }

    /** Sends a head; how many bytes it has. */
    int head(ResponseFields fields, boolean isLast) {
        Bytes block = connection.scratch().block.clear();
        connection.scratch().encoder.begin(block);
        fields.write(connection.scratch().encoder);
        return section(block, isLast);
    }

    /** Sends lines of HTTP/1.1 as trailers, which end the response. */
    void trailers(Bytes lines) {
        Bytes block = connection.scratch().block.clear();
        connection.scratch().encoder.begin(block);
        FieldLines.write(lines.array(), 0, lines.length(), connection.scratch().encoder);
        section(block, true);
    }

    private int section(Bytes block, boolean isLast) {
        ByteBuf frame = begin(FrameType.HEADERS, block.length(), block.length());
        frame.writeBytes(block.array(), 0, block.length());
        int size = frame.readableBytes();
        write(frame, isLast);
        return size;
    }

    /** Sends a piece of the content, given away; it may be empty when only the end comes. */
    void data(ByteBuf piece, boolean isLast) {
        int count = piece.readableBytes();
        if (count == 0) {
            write(piece, isLast);
        } else if (count <= COPIED) {
            ByteBuf frame = begin(FrameType.DATA, count, count).writeBytes(piece);
            piece.release();
            write(frame, isLast);
        } else {
            write(begin(FrameType.DATA, count, 0), false);
            write(piece, isLast);
        }
    }

    private ByteBuf begin(int type, int length, int room) {
        Bytes header = connection.loop().scratch.clear();
        Varint.write(type, header);
        Varint.write(length, header);
        return channel.alloc().directBuffer(HEADER + room).writeBytes(header.array(), 0, header.length());
    }

    private void write(ByteBuf buf, boolean isLast) {
        if (!buf.isReadable() && !isLast) {
            buf.release();
            return;
        }
        hasEnded |= isLast;
        waiting++;
        ChannelFuture future = isLast ? channel.write(new DefaultQuicStreamFrame(buf, true)) : channel.write(buf);
        future.addListener(written);
    }

    /** May be told while something is being written, so that the exchange hears of a failure later. */
    private void written(ChannelFuture future) {
        waiting--;
        if (!future.isSuccess() && !hasFailed) {
            hasFailed = true;
            channel.eventLoop().execute(onFailure);
        }
    }
}
