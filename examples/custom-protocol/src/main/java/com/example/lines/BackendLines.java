package com.example.lines;

import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/** A connection to a backend, used by one exchange after the other and pooled in between. On its loop. */
final class BackendLines extends LineReader implements BackendConnection {
    private final Channel channel;
    private final Backend backend;
    private Exchange exchange;

    BackendLines(Channel channel, Backend backend, int maxLine) {
        super(maxLine);
        this.channel = channel;
        this.backend = backend;
    }

    /** Asks on behalf of an exchange. */
    void ask(Exchange asking, byte[] line) {
        exchange = asking;
        channel.writeAndFlush(withEnd(line));
    }

    @Override
    void line(byte[] line) {
        if (exchange == null) {
            channel.close(); // nobody asked
            return;
        }
        Exchange answered = exchange;
        exchange = null;
        answered.answered(line);
    }

    @Override
    void tooLong() {
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (exchange != null) {
            Exchange lost = exchange;
            exchange = null;
            lost.lost();
        }
    }

    /** The exchange is over; what comes now was not asked for. */
    void forget() {
        exchange = null;
        channel.close();
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public Backend backend() {
        return backend;
    }
}
