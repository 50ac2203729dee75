package io.leba.plugin.protocol.http.exchange;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/** Ends the output of a connection and leaves its input open. */
final class HalfClose {
    private HalfClose() {}

    /** Behind what has been written; false: the connection cannot. Not inside TLS, whose end is that of both directions. */
    static boolean endOutput(Channel channel) {
        if (!(channel instanceof DuplexChannel)) {
            return false;
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> ((DuplexChannel) channel).shutdownOutput());
        return true;
    }
}
