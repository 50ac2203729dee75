package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.transport.Dialer.Peer;
import io.leba.spi.TimeSource;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DialerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final EventLoops loops = EventLoops.start(TransportKind.AUTO, 1, TimeSource.SYSTEM);
    private final KernelLoop loop = loops.loops().get(0);

    @AfterEach
    void stop() {
        loops.close();
    }

    /** A failed dial. */
    private static final class DialFailure extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean isTimeout;

        DialFailure(Throwable cause, boolean isTimeout) {
            super(cause);
            this.isTimeout = isTimeout;
        }
    }

    private CompletableFuture<Channel> dial(InetSocketAddress address, Duration timeout, BlockingQueue<String> events) {
        CompletableFuture<Channel> result = new CompletableFuture<>();
        loop.execute(() -> loops.dialer().dial(loop, Peer.plain(address), timeout, new Dialer.Dialed() {
            @Override
            public void connected(Channel channel) {
                events.add("connected");
                channel.pipeline().addLast(new Recorder(events));
                result.complete(channel);
            }

            @Override
            public void failed(Throwable cause, boolean isTimeout) {
                result.completeExceptionally(new DialFailure(cause, isTimeout));
            }
        }));
        return result;
    }

    private static final class Recorder extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<String> events;

        Recorder(BlockingQueue<String> events) {
            this.events = events;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            events.add("active");
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            events.add(((ByteBuf) message).toString(StandardCharsets.UTF_8));
            ((ByteBuf) message).release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            events.add("inactive");
        }
    }

    private static DialFailure failure(CompletableFuture<Channel> dial) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> dial.get(30, TimeUnit.SECONDS));
        return (DialFailure) e.getCause();
    }

    @Test
    void aPeerThatSpeaksFirstIsHeardFromItsFirstByte() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 50; i++) {
                BlockingQueue<String> events = new LinkedBlockingQueue<>();
                CompletableFuture<Channel> dial =
                        dial((InetSocketAddress) server.getLocalSocketAddress(), PATIENCE, events);
                try (Socket accepted = server.accept()) {
                    accepted.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                }
                dial.get(30, TimeUnit.SECONDS);
                assertEquals("connected", events.poll(30, TimeUnit.SECONDS));
                assertEquals("active", events.poll(30, TimeUnit.SECONDS));
                assertEquals("hello", events.poll(30, TimeUnit.SECONDS));
                assertEquals("inactive", events.poll(30, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void aRefusedConnectionIsNoTimeout() throws Exception {
        try (Socket held = new Socket()) { // bound and not listened at: refused, and nobody else's
            held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress nobody = (InetSocketAddress) held.getLocalSocketAddress();

            DialFailure failure = failure(dial(nobody, PATIENCE, new LinkedBlockingQueue<>()));
            assertFalse(failure.isTimeout);
            assertEquals("connection refused", failure.getCause().getMessage());
            assertTrue(failure.getCause().getCause() instanceof ConnectException, failure::toString);
        }
    }

    @Test
    void aPeerThatDoesNotAnswerIsATimeout() throws Exception {
        List<Socket> filling = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            fill(filling, address);

            DialFailure failure = failure(dial(address, Duration.ofMillis(150), new LinkedBlockingQueue<>()));
            assertTrue(failure.isTimeout, failure::toString);
        } finally {
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }

    /** Connects until the backlog is full, from when on the system answers no further connection. */
    private static void fill(List<Socket> filling, InetSocketAddress address) {
        try {
            for (int i = 0; i < 16; i++) {
                Socket socket = new Socket();
                filling.add(socket);
                socket.connect(address, 200);
            }
        } catch (IOException e) {
            // Full.
        }
    }

    @Test
    void aCallerThatCannotTakeTheConnectionIsToldAndItIsClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            BlockingQueue<String> failed = new LinkedBlockingQueue<>();
            Peer peer = Peer.plain((InetSocketAddress) server.getLocalSocketAddress());
            loop.execute(() -> loops.dialer().dial(loop, peer, PATIENCE, new Dialer.Dialed() {
                @Override
                public void connected(Channel channel) {
                    throw new IllegalStateException("thrown on purpose");
                }

                @Override
                public void failed(Throwable cause, boolean isTimeout) {
                    failed.add(String.valueOf(cause.getMessage()));
                }
            }));
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(30_000);
                assertEquals(-1, accepted.getInputStream().read());
            }
            assertEquals("thrown on purpose", failed.poll(30, TimeUnit.SECONDS));
            loops.close();
            assertEquals(List.of(), List.copyOf(failed), "told once");
        }
    }
}
