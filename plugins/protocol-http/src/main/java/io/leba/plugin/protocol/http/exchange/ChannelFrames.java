package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.h2.Http2Connection;
import io.leba.plugin.protocol.http.h2.frame.FrameOutput;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;

/** Writes an HTTP/2 connection's frames to its channel: what comes together during a turn of the loop leaves at its end, in one send. */
final class ChannelFrames implements FrameOutput {
    private final Channel channel;
    private final Loop loop;
    private final Runnable flushing = this::flushNow;
    private Runnable onFlushed = () -> {};
    private Http2Connection connection;
    private boolean isFlushAsked;
    private boolean isReading;
    private boolean isClosed;

    ChannelFrames(Channel channel, Loop loop) {
        this.channel = channel;
        this.loop = loop;
    }

    /** Carries the connection's frames from now on. */
    void carry(Http2Connection carried) {
        connection = carried;
    }

    /** Sets what is done behind each flush. */
    void onFlushed(Runnable action) {
        onFlushed = action;
    }

    /** A read begins: what is written is flushed at its end, by {@link #readEnded}. */
    void readBegins() {
        isReading = true;
    }

    /** All that could be read was. */
    void readEnded() {
        isReading = false;
        flushNow();
    }

    /** Whether a read is under way. */
    boolean isReading() {
        return isReading;
    }

    /** Sends what was written, unless the channel is closed. */
    void flushNow() {
        isFlushAsked = false;
        if (!isClosed) {
            connection.flush();
            onFlushed.run();
        }
    }

    /** The channel is closed. */
    void closed() {
        isClosed = true;
    }

    @Override
    public ByteBufAllocator allocator() {
        return loop.allocator();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void write(ByteBuf buf) {
        channel.write(buf, channel.voidPromise());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void flushLater() {
        if (!isFlushAsked && !isReading) {
            isFlushAsked = true;
            channel.eventLoop().execute(flushing);
        }
    }

    @Override
    public long unsent() {
        return Outgoing.unsent(channel);
    }

    @Override
    public long nanos() {
        return loop.coarseNanos();
    }
}
