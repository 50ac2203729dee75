package io.leba.kernel.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;

/**
 * What all stream channels have in common, towards clients and towards backends: no delay of small segments, the operating
 * system's keep-alive probes, the loop's allocator and read buffer, and a mark at which a channel stops being writable. A
 * protocol may change all of it on its own channels.
 */
final class ChannelOptions {
    /**
     * Above the high mark a protocol stops reading the other side. It is a little more than one read, so that a single read
     * is passed on without a stop.
     */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    private ChannelOptions() {}

    @SuppressWarnings("deprecation")
    static void apply(Channel channel, KernelLoop loop) {
        ChannelConfig config = channel.config();
        config.setAllocator(loop.allocator());
        config.setRecvByteBufAllocator(loop.reads());
        config.setWriteBufferWaterMark(WATER_MARK);
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
    }
}
