package io.leba.kernel.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leba.spi.TimeSource;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Loop.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventLoopsTest {
    private EventLoops loops;

    @AfterEach
    void stop() {
        if (loops != null) {
            loops.close();
        }
    }

    static Stream<TransportKind> kinds() {
        return Stream.of(TransportKind.EPOLL, TransportKind.IO_URING, TransportKind.KQUEUE, TransportKind.NIO)
                .filter(kind -> {
                    try {
                        return kind.resolve() == kind;
                    } catch (UnsupportedOperationException e) {
                        return false;
                    }
                });
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Socket connect(Listener listener) throws IOException {
        Socket socket = new Socket(
                listener.localAddress().getAddress(), listener.localAddress().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private void start(TransportKind kind, int count) {
        loops = EventLoops.start(kind, count, TimeSource.SYSTEM);
    }

    /** Sends back what comes. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void carriesManyBytesBothWays(TransportKind kind) throws Exception {
        start(kind, 2);
        Listener listener =
                loops.bind(anyPort(), 128, (channel, loop) -> channel.pipeline().addLast(new Echo()));
        byte[] sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);
        List<Thread> clients = new ArrayList<>();
        AtomicInteger right = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            clients.add(new Thread(() -> {
                try (Socket socket = connect(listener)) {
                    Thread writer = new Thread(() -> {
                        try {
                            socket.getOutputStream().write(sent);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
                    writer.start();
                    byte[] received = socket.getInputStream().readNBytes(sent.length);
                    writer.join();
                    right.addAndGet(java.util.Arrays.equals(sent, received) ? 1 : 0);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        clients.forEach(Thread::start);
        for (Thread client : clients) {
            client.join();
        }

        assertEquals(4, right.get());
        await().until(() -> listener.openConnections() == 0);
        assertEquals(4, listener.accepted());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsReadHasRoomInFront(TransportKind kind) throws Exception {
        start(kind, 1);
        BlockingQueue<Integer> room = new LinkedBlockingQueue<>();
        Listener listener = loops.bind(
                anyPort(),
                128,
                (channel, loop) -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        ByteBuf buffer = (ByteBuf) message;
                        room.add(buffer.readerIndex());
                        buffer.release();
                    }
                }));
        try (Socket socket = connect(listener)) {
            socket.getOutputStream().write(1);
            assertEquals(Loop.READ_HEADROOM, room.poll(30, TimeUnit.SECONDS));
            socket.getOutputStream().write(2);
            assertEquals(Loop.READ_HEADROOM, room.poll(30, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void connectionsAreSpreadEvenlyAndCounted(TransportKind kind) throws Exception {
        start(kind, 3);
        Listener listener = loops.bind(anyPort(), 128, (channel, loop) -> {});
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            sockets.add(connect(listener));
        }
        await().until(() -> listener.accepted() == 9);
        for (int loop = 0; loop < 3; loop++) {
            assertEquals(3, listener.openConnections(loop));
        }

        // Those of one loop close; the next ones go there.
        int emptied = 1;
        sockets.get(emptied).close();
        sockets.get(emptied + 3).close();
        sockets.get(emptied + 6).close();
        await().until(() -> listener.openConnections() == 6);
        for (int i = 0; i < 3; i++) {
            sockets.add(connect(listener));
        }
        await().until(() -> listener.accepted() == 12);
        for (int loop = 0; loop < 3; loop++) {
            assertEquals(3, listener.openConnections(loop), "loop " + loop);
        }
        for (Socket socket : sockets) {
            socket.close();
        }
        await().until(() -> listener.openConnections() == 0);
    }

    @Test
    void theAcceptorRunsOnTheLoopThatOwnsTheConnection() throws Exception {
        start(TransportKind.AUTO, 2);
        BlockingQueue<Boolean> right = new LinkedBlockingQueue<>();
        Listener listener = loops.bind(
                anyPort(),
                128,
                (channel, loop) -> right.add(loop.isCurrent() && channel.eventLoop() == loop.eventLoop()));
        try (Socket one = connect(listener);
                Socket two = connect(listener)) {
            assertTrue(one.isConnected() && two.isConnected());
            assertEquals(true, right.poll(30, TimeUnit.SECONDS));
            assertEquals(true, right.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void anAcceptorCanBeReplacedWithoutTouchingOpenConnections() throws Exception {
        start(TransportKind.AUTO, 1);
        Listener listener =
                loops.bind(anyPort(), 128, (channel, loop) -> channel.pipeline().addLast(new Greeter('a')));
        try (Socket before = connect(listener)) {
            assertEquals('a', before.getInputStream().read());
            listener.acceptor((channel, loop) -> channel.pipeline().addLast(new Greeter('b')));
            try (Socket after = connect(listener)) {
                assertEquals('b', after.getInputStream().read());
            }
            before.getOutputStream().write('x');
            assertEquals('a', before.getInputStream().read());
        }
    }

    /** Says its letter when the connection stands, and at each byte that comes. */
    private static final class Greeter extends ChannelInboundHandlerAdapter {
        private final char letter;

        Greeter(char letter) {
            this.letter = letter;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(context.alloc().buffer().writeByte(letter), context.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ((ByteBuf) message).release();
            channelActive(context);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aListenerWithoutAcceptorLetsConnectionsWait(TransportKind kind) throws Exception {
        start(kind, 1);
        Listener listener = loops.bind(anyPort(), 128);
        try (Socket early = connect(listener)) {
            early.getOutputStream().write('x');
            assertEquals(0, listener.accepted());
            listener.acceptor((channel, loop) -> channel.pipeline().addLast(new Echo()));
            assertEquals('x', early.getInputStream().read());
        }
    }

    @Test
    void aConnectionThatCannotBeTakenOverIsClosed() throws Exception {
        start(TransportKind.AUTO, 1);
        Listener listener = loops.bind(anyPort(), 128, (channel, loop) -> {
            throw new IllegalStateException("thrown on purpose");
        });
        try (Socket socket = connect(listener)) {
            assertEquals(-1, socket.getInputStream().read());
        }
        await().until(() -> listener.openConnections() == 0);
    }

    @Test
    void acceptingPausesWhenItFailsAndGoesOnLater() throws Exception {
        start(TransportKind.AUTO, 1);
        Listener listener =
                loops.bind(anyPort(), 128, (channel, loop) -> channel.pipeline().addLast(new Greeter('a')));
        Channel listening = listener.channel();
        listening.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
        await().until(() -> !listening.config().isAutoRead());
        try (Socket socket = connect(listener)) {
            assertEquals('a', socket.getInputStream().read());
        }
        assertTrue(listening.config().isAutoRead());
    }

    @Test
    void aClosedListenerFreesItsAddressAndKeepsItsConnections() throws Exception {
        start(TransportKind.AUTO, 1);
        Listener listener =
                loops.bind(anyPort(), 128, (channel, loop) -> channel.pipeline().addLast(new Echo()));
        InetSocketAddress address = listener.localAddress();
        try (Socket socket = connect(listener)) {
            await().until(() -> listener.openConnections() == 1);
            listener.close().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertFalse(listener.isOpen());
            Listener again = loops.bind(address, 128, (channel, loop) -> {});
            assertEquals(address, again.localAddress());
            socket.getOutputStream().write('x');
            assertEquals('x', socket.getInputStream().read());
        }
    }

    @Test
    void stoppingClosesEveryConnection() throws Exception {
        start(TransportKind.AUTO, 2);
        AtomicInteger ended = new AtomicInteger();
        Listener listener = loops.bind(
                anyPort(),
                128,
                (channel, loop) -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelInactive(ChannelHandlerContext context) {
                        ended.incrementAndGet();
                    }
                }));
        try (Socket one = connect(listener);
                Socket two = connect(listener)) {
            await().until(() -> listener.openConnections() == 2);
            loops.close();
            assertEquals(-1, one.getInputStream().read());
            assertEquals(-1, two.getInputStream().read());
        }
        assertEquals(2, ended.get());
        assertFalse(listener.isOpen());
        loops.loops().get(0).execute(() -> ended.set(-1));
        assertEquals(2, ended.get());
    }

    @Test
    void anAddressInUseIsNamedWithARemedy() throws Exception {
        start(TransportKind.AUTO, 1);
        int port =
                loops.bind(anyPort(), 1, (channel, loop) -> {}).localAddress().getPort();

        BindFailure failure = assertThrows(
                BindFailure.class, () -> loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1));
        assertEquals(
                "cannot listen on 127.0.0.1:" + port
                        + ": the address is already in use; stop what listens there ('ss -ltnp sport = :" + port
                        + "' shows it) or choose another port",
                failure.getMessage());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anAddressOfAnotherHostIsNamedWithARemedy(TransportKind kind) {
        start(kind, 1);

        BindFailure failure =
                assertThrows(BindFailure.class, () -> loops.bind(new InetSocketAddress("203.0.113.7", 0), 1));
        assertTrue(
                failure.getMessage()
                        .startsWith("cannot listen on 203.0.113.7:0: no interface of this host has the address"),
                failure.getMessage());
    }

    @Test
    void anUnknownHostNameIsNotBound() {
        start(TransportKind.AUTO, 1);

        BindFailure failure = assertThrows(
                BindFailure.class, () -> loops.bind(InetSocketAddress.createUnresolved("nowhere.invalid", 80), 1));
        assertEquals(
                "cannot listen on nowhere.invalid:80: the host name is unknown; write an IP address of this host",
                failure.getMessage());
    }

    @Test
    void otherReasonsOfTheSystemAreExplainedToo() {
        assertEquals(
                "cannot listen on 127.0.0.1:80: permission denied; ports below 1024 need the capability"
                        + " CAP_NET_BIND_SERVICE, or choose a higher port",
                BindFailure.of(new InetSocketAddress("127.0.0.1", 80), new IOException("Permission denied"))
                        .getMessage());
        assertEquals(
                "cannot listen on 127.0.0.1:8080: permission denied by a security policy of this host",
                BindFailure.of(new InetSocketAddress("127.0.0.1", 8080), new IOException("Permission denied"))
                        .getMessage());
        assertEquals(
                "cannot listen on [0:0:0:0:0:0:0:1]:80: this host does not speak the address's IP version; write an"
                        + " address of the other one",
                BindFailure.of(
                                new InetSocketAddress("::1", 80),
                                new IOException("Address family not supported by protocol"))
                        .getMessage());
        assertEquals(
                "cannot listen on 127.0.0.1:80: no buffer space",
                BindFailure.of(new InetSocketAddress("127.0.0.1", 80), new IOException("no buffer space"))
                        .getMessage());
    }

    @Test
    void aTransportThatCannotBeHadSaysWhyAndWhatAutoWouldChoose() {
        TransportKind missing =
                kinds().anyMatch(kind -> kind == TransportKind.KQUEUE) ? TransportKind.EPOLL : TransportKind.KQUEUE;

        UnsupportedOperationException e = assertThrows(UnsupportedOperationException.class, () -> start(missing, 1));
        assertTrue(
                e.getMessage().startsWith("transport " + missing.word() + " is not available here: "), e.getMessage());
        assertTrue(
                e.getMessage()
                        .endsWith("; 'auto' chooses "
                                + TransportKind.AUTO.resolve().word()),
                e.getMessage());
    }

    @Test
    void autoNeverMeansIoUring() {
        start(TransportKind.AUTO, 1);

        assertTrue(loops.kind() != TransportKind.AUTO && loops.kind() != TransportKind.IO_URING);
    }

    @Test
    void loopsKnowTimeAndFireDeadlinesOnTheirOwnThread() throws Exception {
        start(TransportKind.AUTO, 1);
        KernelLoop loop = loops.loops().get(0);
        CompletableFuture<Long> late = new CompletableFuture<>();
        long from = System.nanoTime();
        loop.execute(() -> {
            Deadline deadline = loop.deadline(() -> late.complete(loop.isCurrent() ? System.nanoTime() - from : -1));
            deadline.arm(150);
        });

        assertTrue(late.get(30, TimeUnit.SECONDS) >= TimeUnit.MILLISECONDS.toNanos(150));
        CompletableFuture<Duration> seconds = new CompletableFuture<>();
        loop.execute(() -> seconds.complete(Duration.ofSeconds(loop.epochSeconds())));
        long now = System.currentTimeMillis() / 1000;
        assertTrue(Math.abs(seconds.get().toSeconds() - now) <= 2);
        CompletableFuture<Long> coarse = new CompletableFuture<>();
        loop.execute(() -> coarse.complete(System.nanoTime() - loop.coarseNanos()));
        assertTrue(coarse.get() >= 0 && coarse.get() < TimeUnit.SECONDS.toNanos(5));
        AtomicInteger ticks = new AtomicInteger();
        loop.everyTick(ticks::incrementAndGet);
        await().until(() -> ticks.get() >= 2);
        assertEquals(0, loop.index());
        assertEquals(KernelLoop.ASIDE, loops.asideLoop().index());
        assertEquals("loop 0", loop.toString());
        assertEquals("aside loop", loops.asideLoop().toString());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aChannelStopsBeingWritableUntilItsPeerReads(TransportKind kind) throws Exception {
        start(kind, 1);
        ConcurrentLinkedQueue<Boolean> changes = new ConcurrentLinkedQueue<>();
        BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
        Listener listener = loops.bind(anyPort(), 128, (channel, loop) -> {
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelWritabilityChanged(ChannelHandlerContext context) {
                    changes.add(context.channel().isWritable());
                }
            });
            accepted.add(channel);
        });
        try (Socket socket = connect(listener)) {
            Channel channel = accepted.poll(30, TimeUnit.SECONDS);
            AtomicInteger written = new AtomicInteger();
            channel.eventLoop().execute(() -> {
                while (channel.isWritable()) {
                    channel.writeAndFlush(channel.alloc().directBuffer().writeZero(64 * 1024), channel.voidPromise());
                    written.addAndGet(64 * 1024);
                }
            });
            await().until(() -> Boolean.FALSE.equals(changes.peek()));
            InputStream in = socket.getInputStream();
            assertEquals(written.get(), in.readNBytes(written.get()).length);
            await().until(() -> List.copyOf(changes).equals(List.of(false, true)));
        }
    }

    @Test
    void aReaderThatFillsItsBufferIsReadOn() throws Exception {
        start(TransportKind.AUTO, 1);
        ConcurrentLinkedQueue<Integer> rounds = new ConcurrentLinkedQueue<>();
        BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
        int size = 400_000;
        AtomicInteger total = new AtomicInteger();
        Listener listener = loops.bind(anyPort(), 128, (channel, loop) -> {
            channel.config().setAutoRead(false);
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                private int reads;

                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    reads++;
                    total.addAndGet(((ByteBuf) message).readableBytes());
                    ((ByteBuf) message).release();
                }

                @Override
                public void channelReadComplete(ChannelHandlerContext context) {
                    rounds.add(reads);
                    reads = 0;
                }
            });
            accepted.add(channel);
        });
        try (Socket socket = connect(listener)) {
            Channel channel = accepted.poll(30, TimeUnit.SECONDS);
            socket.setSendBufferSize(size);
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(new byte[size]);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            writer.start();
            await().during(Duration.ofMillis(50)).until(() -> total.get() == 0);
            channel.config().setAutoRead(true);
            await().until(() -> total.get() == size);
            writer.join();
        }
        assertTrue(rounds.stream().anyMatch(reads -> reads > 1), "one read a round: " + rounds);
        assertTrue(rounds.stream().allMatch(reads -> reads <= 4), "more than its share in a round: " + rounds);
    }

    /** Plainly closed, the socket resets what the system has accepted by itself: some of these connections, most times. */
    @Test
    void aListenerThatFinishesRefusesConnectionsOrServesThem() throws Exception {
        assumeTrue(Epoll.isAvailable());
        start(TransportKind.EPOLL, 2);
        Listener listener =
                loops.bind(anyPort(), 128, (channel, loop) -> channel.pipeline().addLast(new Echo()));
        AtomicInteger served = new AtomicInteger();
        List<CompletableFuture<String>> clients = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            for (int i = 0; i < 16; i++) {
                clients.add(CompletableFuture.supplyAsync(() -> untilRefused(listener, served), threads));
            }
            await().until(() -> served.get() > 500);
            InetSocketAddress address = listener.localAddress();
            listener.finish().toCompletableFuture().get(30, TimeUnit.SECONDS);
            for (CompletableFuture<String> client : clients) {
                assertEquals("refused", client.get(30, TimeUnit.SECONDS));
            }
            assertThrows(ConnectException.class, () -> new Socket(address.getAddress(), address.getPort()).close());
        } finally {
            threads.shutdownNow();
        }
    }

    private static String untilRefused(Listener listener, AtomicInteger served) {
        InetSocketAddress address = listener.localAddress();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(30_000);
                socket.connect(address, 30_000);
                socket.getOutputStream().write(7);
                if (socket.getInputStream().read() != 7) {
                    return "closed";
                }
                served.incrementAndGet();
            } catch (ConnectException e) {
                return "refused";
            } catch (IOException e) {
                return e.toString();
            }
        }
    }
}
