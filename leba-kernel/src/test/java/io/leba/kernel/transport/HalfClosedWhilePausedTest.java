package io.leba.kernel.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leba.spi.TimeSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HalfClosedWhilePausedTest {
    private static final int ANSWER = 16 << 20;

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void aPeerThatEndsItsSideWhileReadingIsPausedStillGetsAnAnswerThatDoesNotFitInOneWrite(TransportKind kind)
            throws Exception {
        assumeTrue(kind != TransportKind.EPOLL || Epoll.isAvailable());
        Answering answering = new Answering();
        List<Channel> accepted = new CopyOnWriteArrayList<>();
        try (EventLoops loops = EventLoops.start(kind, 1, TimeSource.SYSTEM)) {
            Listener listener =
                    loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, (channel, loop) -> {
                        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                        channel.pipeline().addLast(answering);
                        accepted.add(channel);
                    });
            try (Socket client = new Socket(
                    listener.localAddress().getAddress(),
                    listener.localAddress().getPort())) {
                client.setSoTimeout(30_000);
                client.getOutputStream().write(1);
                await().until(() -> answering.reads.get() == 1);
                client.getOutputStream().write(2);
                client.shutdownOutput();
                // epoll reads to the end when it hears of it, paused or not.
                await().until(() -> kind == TransportKind.NIO || answering.reads.get() == 2);
                Channel channel = accepted.get(0);
                channel.eventLoop().submit(() -> answering.answer(channel)).get();
                assertEquals(ANSWER, client.getInputStream().readAllBytes().length);
            }
            accepted.get(0).close().sync();
        }
    }

    /** Pauses after the first read. */
    private static final class Answering extends ChannelInboundHandlerAdapter {
        private final AtomicInteger reads = new AtomicInteger();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.channel().config().setAutoRead(false);
            reads.incrementAndGet();
            ReferenceCountUtil.release(message);
        }

        void answer(Channel channel) {
            // Closing with a byte unread, as NIO has here, would make the system reset the connection under the answer.
            channel.writeAndFlush(channel.alloc().buffer(ANSWER).writeZero(ANSWER))
                    .addListener(written -> ((DuplexChannel) channel).shutdownOutput());
        }
    }
}
