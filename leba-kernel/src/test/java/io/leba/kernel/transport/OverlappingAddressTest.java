package io.leba.kernel.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sockets of this process on overlapping addresses: possible when both agree, for nobody else. */
class OverlappingAddressTest {
    private EventLoops loops;

    @AfterEach
    void stop() {
        loops.close();
    }

    static Stream<TransportKind> kinds() {
        return EventLoopsTest.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void allAddressesAreTakenBesideOneOfThem(TransportKind kind) throws IOException {
        loops = EventLoops.start(kind, 1, TimeSource.SYSTEM);
        Listener one = loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8, reply(1));
        int port = one.localAddress().getPort();

        Listener all = loops.bind(new InetSocketAddress(port), 8, List.of(one));
        all.acceptor(reply(2));

        assertEquals(1, ask("127.0.0.1", port));
        assertEquals(2, ask("127.0.0.2", port));
        one.close();
        await().ignoreExceptions().until(() -> ask("127.0.0.1", port) == 2);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void oneAddressIsTakenBesideAll(TransportKind kind) throws IOException {
        loops = EventLoops.start(kind, 1, TimeSource.SYSTEM);
        Listener all = loops.bind(new InetSocketAddress(0), 8, reply(1));
        int port = all.localAddress().getPort();

        Listener one = loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 8, List.of(all));
        one.acceptor(reply(2));

        assertEquals(2, ask("127.0.0.1", port));
        assertEquals(1, ask("127.0.0.2", port));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nobodyElseGetsIn(TransportKind kind) throws IOException {
        loops = EventLoops.start(kind, 1, TimeSource.SYSTEM);
        Listener one = loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8, reply(1));
        int port = one.localAddress().getPort();
        Listener all = loops.bind(new InetSocketAddress(port), 8, List.of(one));

        assertThrows(BindFailure.class, () -> loops.bind(new InetSocketAddress(port), 8));
        assertThrows(BindFailure.class, () -> loops.bind(one.localAddress(), 8));
        assertThrows(BindFailure.class, () -> loops.bind(new InetSocketAddress("127.0.0.2", port), 8));
        all.close();
    }

    private static Acceptor reply(int number) {
        return (channel, loop) -> {
            channel.eventLoop()
                    .execute(
                            () -> channel.writeAndFlush(channel.alloc().buffer().writeByte(number))
                                    .addListener(io.netty.channel.ChannelFutureListener.CLOSE));
        };
    }

    private static int ask(String address, int port) throws IOException {
        try (Socket socket = new Socket(address, port)) {
            return socket.getInputStream().read();
        }
    }
}
