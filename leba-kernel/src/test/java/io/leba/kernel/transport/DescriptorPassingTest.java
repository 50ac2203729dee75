package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.TimeSource;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two sets of loops stand for two processes: what is passed are descriptors of their own either way. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class DescriptorPassingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private EventLoops earlier;
    private EventLoops later;

    @BeforeEach
    void start() {
        earlier = EventLoops.start(TransportKind.AUTO, 1, TimeSource.SYSTEM);
        later = EventLoops.start(TransportKind.AUTO, 2, TimeSource.SYSTEM);
    }

    @AfterEach
    void stop() {
        earlier.close();
        later.close();
    }

    private static Listener bind(EventLoops loops) throws IOException {
        return loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    }

    private static Acceptor reply(int number) {
        return (channel, loop) -> channel.eventLoop()
                .execute(() -> channel.writeAndFlush(channel.alloc().buffer().writeByte(number))
                        .addListener(ChannelFutureListener.CLOSE));
    }

    private static int ask(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read();
        }
    }

    @Test
    void theLaterOneAcceptsFromTheSameSocketsAlsoAfterTheEarlierOneHasClosedThem() throws Exception {
        List<Listener> sockets = List.of(bind(earlier), bind(earlier), bind(earlier));
        sockets.forEach(socket -> socket.acceptor(reply(1)));
        Path at = folder.resolve("s");
        List<Integer> descriptors;
        try (DescriptorPassing.Offer offer = earlier.passing()
                .offer(at, pid -> pid == ProcessHandle.current().pid(), sockets)) {
            descriptors = later.passing().fetch(at, PATIENCE);
            offer.fetched().join();
        }
        assertEquals(3, descriptors.size());
        for (int i = 0; i < 3; i++) {
            Listener adopted = later.adopt(descriptors.get(i));
            assertEquals(sockets.get(i).localAddress(), adopted.localAddress());
            int port = adopted.localAddress().getPort();
            assertEquals(1, ask(port), "the later one does not accept before it has an acceptor");

            adopted.acceptor(reply(2));
            sockets.get(i).close().toCompletableFuture().join();
            for (int j = 0; j < 20; j++) {
                assertEquals(2, ask(port));
            }
            assertEquals(20, adopted.accepted());
        }
    }

    @Test
    void connectionsThatWaitInTheQueueAreNotLost() throws Exception {
        Listener socket = bind(earlier);
        int port = socket.localAddress().getPort();
        try (Socket waiting = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Path at = folder.resolve("s");
            try (DescriptorPassing.Offer offer = earlier.passing().offer(at, pid -> true, List.of(socket))) {
                Listener adopted =
                        later.adopt(later.passing().fetch(at, PATIENCE).get(0));
                offer.fetched().join();
                socket.close().toCompletableFuture().join();
                adopted.acceptor(reply(2));
                assertEquals(2, waiting.getInputStream().read());
            }
        }
    }

    @Test
    void aProcessThatIsNotAdmittedGetsNothing() throws Exception {
        Path at = folder.resolve("s");
        try (DescriptorPassing.Offer offer = earlier.passing().offer(at, pid -> false, List.of(bind(earlier)))) {
            assertEquals(List.of(), later.passing().fetch(at, PATIENCE));
            CompletionException refused = assertThrows(
                    CompletionException.class, () -> offer.fetched().join());
            assertTrue(
                    refused.getCause()
                            .getMessage()
                            .startsWith("process " + ProcessHandle.current().pid() + " asked for the sockets"),
                    refused.toString());
        }
    }

    @Test
    void whereNobodyOffersNothingIsFetched() {
        IOException failed =
                assertThrows(IOException.class, () -> later.passing().fetch(folder.resolve("nobody"), PATIENCE));
        assertTrue(failed.getMessage().startsWith("cannot reach "), failed.getMessage());
    }

    @Test
    void transportsThatCannotTakeSocketsOverSaySo() {
        assertEquals("", DescriptorPassing.obstacle(TransportKind.EPOLL));
        assertEquals(
                "transport io-uring cannot take over the listening sockets of another process; epoll and kqueue can",
                DescriptorPassing.obstacle(TransportKind.IO_URING));
        assertThrows(UnsupportedOperationException.class, () -> TransportKind.NIO.listening(3));
    }
}
