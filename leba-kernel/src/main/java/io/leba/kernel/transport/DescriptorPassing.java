package io.leba.kernel.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongPredicate;

/**
 * Passes listening sockets from one process of this host to another, over a Unix domain socket. The receiver gets descriptors
 * of its own for the same sockets: both processes accept from one queue, and a socket is closed when the last of them closes
 * it. Blocks; not for event loops.
 */
public final class DescriptorPassing {
    private final EventLoops loops;

    DescriptorPassing(EventLoops loops) {
        this.loops = loops;
    }

    /** Why sockets of this transport cannot be passed; empty if they can. */
    public static String obstacle(TransportKind kind) {
        return switch (kind) {
            case EPOLL, KQUEUE -> "";
            case IO_URING, NIO, AUTO ->
                "transport " + kind.word()
                        + " cannot take over the listening sockets of another process; epoll and kqueue can";
        };
    }

    /** Where another process can fetch sockets, until it is closed. */
    public static final class Offer implements AutoCloseable {
        private final Channel channel;
        private final CompletableFuture<Void> fetched = new CompletableFuture<>();

        private Offer(Channel channel) {
            this.channel = channel;
        }

        /** Completes when the sockets were fetched; fails if somebody came who is not admitted, or the transfer broke. */
        public CompletableFuture<Void> fetched() {
            return fetched;
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    /**
     * Offers the sockets to the first process that comes.
     *
     * @param at where the domain socket is made
     * @param admits says whether a process, by its id, may have them
     * @param listeners in the order in which they are passed
     */
    public Offer offer(Path at, LongPredicate admits, List<Listener> listeners) throws IOException {
        CompletableFuture<Offer> offered = new CompletableFuture<>();
        ChannelFuture binding = new ServerBootstrap()
                .group(loops.asideLoop().eventLoop())
                .channelFactory(() -> server(loops.kind()))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel peer) {
                        offered.thenAccept(offer -> pass(peer, admits, listeners, offer.fetched));
                    }
                })
                .bind(new DomainSocketAddress(at.toFile()))
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + at + ": " + binding.cause().getMessage(), binding.cause());
        }
        Offer offer = new Offer(binding.channel());
        offered.complete(offer);
        return offer;
    }

    private static void pass(
            Channel peer, LongPredicate admits, List<Listener> listeners, CompletableFuture<Void> fetched) {
        long pid;
        try {
            pid = credentials(peer).pid();
        } catch (IOException e) {
            fetched.completeExceptionally(e);
            peer.close();
            return;
        }
        if (!admits.test(pid)) {
            fetched.completeExceptionally(new IOException(
                    "process " + pid + " asked for the sockets, which is not the one that was started"));
            peer.close();
            return;
        }
        ChannelFuture last = peer.newSucceededFuture();
        for (Listener listener : listeners) {
            last = peer.write(new FileDescriptor(listener.descriptor()));
        }
        peer.flush();
        last.addListener(written -> {
            if (written.isSuccess()) {
                fetched.complete(null);
            } else {
                fetched.completeExceptionally(written.cause());
            }
            peer.close();
        });
    }

    private static PeerCredentials credentials(Channel peer) throws IOException {
        return peer instanceof EpollDomainSocketChannel epoll
                ? epoll.peerCredentials()
                : ((KQueueDomainSocketChannel) peer).peerCredentials();
    }

    /**
     * Fetches the sockets that are offered.
     *
     * @return their descriptors, which are the caller's to close, in the order in which they were passed
     */
    public List<Integer> fetch(Path at, Duration patience) throws IOException {
        List<Integer> descriptors = new ArrayList<>();
        CompletableFuture<List<Integer>> complete = new CompletableFuture<>();
        ChannelFuture connecting = new Bootstrap()
                .group(loops.asideLoop().eventLoop())
                .channelFactory(() -> client(loops.kind()))
                .option(UnixChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        descriptors.add(((FileDescriptor) message).intValue());
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext context) {
                        complete.complete(descriptors);
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                        complete.completeExceptionally(cause);
                        context.close();
                    }
                })
                .connect(new DomainSocketAddress(at.toFile()))
                .awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            throw new IOException(
                    "cannot reach " + at + ": " + connecting.cause().getMessage(), connecting.cause());
        }
        try {
            return complete.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("the sockets did not come: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the sockets did not come within " + patience.toSeconds() + " s", e);
        } finally {
            connecting.channel().close();
        }
    }

    private static ServerChannel server(TransportKind kind) {
        return kind == TransportKind.EPOLL
                ? new EpollServerDomainSocketChannel()
                : new KQueueServerDomainSocketChannel();
    }

    private static Channel client(TransportKind kind) {
        return kind == TransportKind.EPOLL ? new EpollDomainSocketChannel() : new KQueueDomainSocketChannel();
    }
}
