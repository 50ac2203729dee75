package io.leba.testkit.protocol;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * Which of Netty's transports a {@link TestKernel} uses.
 *
 * @param handlers make the loop's handler
 * @param server accepts clients
 * @param client connects to backends
 */
public record Transport(
        IoHandlerFactory handlers, Class<? extends ServerSocketChannel> server, Class<? extends SocketChannel> client) {
    /** Java's own, which is everywhere. */
    public static Transport nio() {
        return new Transport(NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
    }
}
