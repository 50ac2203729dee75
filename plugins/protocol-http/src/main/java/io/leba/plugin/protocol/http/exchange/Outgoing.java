package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.body.ChunkFrame;
import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** Sends buffers without promises, and sees to it that a slow peer does not pin the loop's shared read buffer. */
final class Outgoing {
    private Outgoing() {}

    /** Writes and flushes; takes ownership of the buffer. */
    static void send(Channel channel, ByteBuf given) {
        ByteBuf buf = unpinned(channel, given);
        int start = buf.readerIndex();
        channel.write(buf, channel.voidPromise());
        channel.flush();
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        if (pending != null && !pending.isEmpty()) {
            unpin(channel, pending, buf, start);
        }
    }

    /** What has to wait behind others is copied out, for small pieces would pin a read buffer each. */
    private static ByteBuf unpinned(Channel channel, ByteBuf buf) {
        return isStalled(channel) && isMostlyEmpty(buf) ? Placement.withHeadroom(channel.alloc(), buf, 0) : buf;
    }

    /** Writes without flushing; takes ownership of the buffer. */
    static void write(Channel channel, ByteBuf buf) {
        channel.write(buf, channel.voidPromise());
    }

    /**
     * Sends a piece of data as a chunk.
     *
     * @param piece given away; null or empty: nothing
     * @param isLast whether the body ends with it
     * @param trailers lines with an empty one behind them; null: none
     */
    static void sendChunk(Channel channel, ChunkFrame chunks, ByteBuf piece, boolean isLast, Bytes trailers) {
        if (piece != null && piece.isReadable()) {
            ByteBuf data = unpinned(channel, piece);
            write(channel, chunks.before(channel.alloc(), data.readableBytes()));
            write(channel, data);
        } else {
            Placement.release(piece);
        }
        if (isLast) {
            write(channel, chunks.end(channel.alloc(), trailers));
        }
        channel.flush();
    }

    /**
     * What did not fit in the socket is copied out, if it is the one thing that waits and less than half of its buffer. Only
     * after some of it was sent: then the transport writes synchronously and holds no address of the buffer.
     */
    private static void unpin(Channel channel, ChannelOutboundBuffer pending, ByteBuf buf, int start) {
        if (pending.size() != 1 || pending.current() != buf || buf.readerIndex() == start) {
            return;
        }
        if (isMostlyEmpty(buf)) {
            int rest = buf.readableBytes();
            ByteBuf copy = channel.alloc().directBuffer(rest).writeBytes(buf, buf.readerIndex(), rest);
            pending.remove();
            channel.write(copy, channel.voidPromise());
            channel.flush();
        }
    }

    private static boolean isMostlyEmpty(ByteBuf buf) {
        return buf.readableBytes() < buf.capacity() / 2;
    }

    /** How many bytes wait to be sent; 0 if the channel is closed. */
    static long unsent(Channel channel) {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes() - pending.currentProgress();
    }

    /** Whether anything waits to be sent. */
    static boolean isStalled(Channel channel) {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending != null && !pending.isEmpty();
    }
}
