package io.leba.kernel.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.TimeSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of channels when the loops end. */
class EndOfLoopsTest {
    private final CountDownLatch removed = new CountDownLatch(1);
    private final List<Channel> later = new CopyOnWriteArrayList<>();

    /** Takes note of the last thing that a channel tells its handlers. */
    private final class Witness extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            removed.countDown();
        }
    }

    @ParameterizedTest
    @MethodSource("io.leba.kernel.transport.EventLoopsTest#kinds")
    void aLoopThatIsAskedToEndWhileItRunsATaskClosesItsChannelsFirst(TransportKind kind) throws Exception {
        EventLoops loops = EventLoops.start(kind, 1, TimeSource.SYSTEM);
        Listener listener = loops.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                8,
                (channel, loop) -> channel.pipeline().addLast(new Witness()));
        CountDownLatch goOn = new CountDownLatch(1);
        try (Socket client = connect(listener)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> listener.openConnections() == 1);
            KernelLoop loop = loops.loops().get(0);
            loop.execute(() -> awaitQuietly(goOn));
            CompletableFuture<Void> closing = CompletableFuture.runAsync(loops::close);
            await().atMost(Duration.ofSeconds(30)).until(() -> loop.eventLoop().isShuttingDown());
            goOn.countDown();
            closing.get(30, TimeUnit.SECONDS);

            assertEquals(-1, client.getInputStream().read());
            assertTrue(removed.await(30, TimeUnit.SECONDS), "the handlers were not told");
        } finally {
            goOn.countDown();
            loops.close();
        }
    }

    @ParameterizedTest
    @MethodSource("io.leba.kernel.transport.EventLoopsTest#kinds")
    void aConnectionThatTheEndOfAnotherBeginsIsClosedToo(TransportKind kind) throws Exception {
        EventLoops loops = EventLoops.start(kind, 1, TimeSource.SYSTEM);
        Listener listener = loops.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                8,
                (channel, loop) -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelInactive(ChannelHandlerContext context) {
                        Channel another = kind.connecting().newChannel();
                        later.add(another);
                        loop.eventLoop().register(another);
                    }
                }));
        try (Socket client = connect(listener)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> listener.openConnections() == 1);
            loops.close();

            assertEquals(-1, client.getInputStream().read());
            assertEquals(List.of(false), later.stream().map(Channel::isOpen).toList());
        }
    }

    private static Socket connect(Listener listener) throws java.io.IOException {
        Socket socket = new Socket(
                listener.localAddress().getAddress(), listener.localAddress().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
