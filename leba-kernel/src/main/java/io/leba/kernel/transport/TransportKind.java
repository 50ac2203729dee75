package io.leba.kernel.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.StandardSocketOptions;
import java.util.Locale;

/** How the operating system is asked for events. */
public enum TransportKind {
    /** epoll on Linux, kqueue on macOS and BSD, else NIO. io_uring is never chosen unasked. */
    AUTO,
    /** Linux. */
    EPOLL,
    /** Linux 5.9 or later. */
    IO_URING,
    /** macOS, BSD. */
    KQUEUE,
    /** Everywhere. */
    NIO;

    /** The word written in the configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * What {@link #AUTO} stands for here; anything else stands for itself.
     *
     * @throws UnsupportedOperationException if it cannot be had here, with the reason
     */
    public TransportKind resolve() {
        if (this == AUTO) {
            return EPOLL.isAvailable() ? EPOLL : KQUEUE.isAvailable() ? KQUEUE : NIO;
        }
        if (!isAvailable()) {
            Throwable cause = unavailabilityCause();
            throw new UnsupportedOperationException(
                    "transport " + word() + " is not available here: " + reason(cause) + "; 'auto' chooses "
                            + AUTO.resolve().word(),
                    cause);
        }
        return this;
    }

    private static String reason(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private boolean isAvailable() {
        return unavailabilityCause() == null;
    }

    private Throwable unavailabilityCause() {
        return switch (this) {
            case EPOLL -> Epoll.unavailabilityCause();
            case IO_URING -> IoUring.unavailabilityCause();
            case KQUEUE -> KQueue.unavailabilityCause();
            case AUTO, NIO -> null;
        };
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case EPOLL -> SteadyEpoll.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case KQUEUE -> KQueueIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
            case AUTO -> throw new IllegalStateException("not resolved");
        };
    }

    ChannelFactory<? extends ServerChannel> listening() {
        return switch (this) {
            case EPOLL -> EpollServerSocketChannel::new;
            case IO_URING -> IoUringServerSocketChannel::new;
            case KQUEUE -> KQueueServerSocketChannel::new;
            case NIO -> NioServerSocketChannel::new;
            case AUTO -> throw new IllegalStateException("not resolved");
        };
    }

    /** A channel for a socket that listens already. */
    ServerChannel listening(int descriptor) {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel(descriptor);
            case KQUEUE -> new KQueueServerSocketChannel(descriptor);
            case IO_URING, NIO, AUTO -> throw new UnsupportedOperationException(DescriptorPassing.obstacle(this));
        };
    }

    /** The option that lets sockets of one user listen on overlapping addresses. */
    ChannelOption<Boolean> sharing() {
        return this == NIO ? NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT) : UnixChannelOption.SO_REUSEPORT;
    }

    ChannelFactory<? extends Channel> connecting() {
        return switch (this) {
            case EPOLL -> EpollSocketChannel::new;
            case IO_URING -> IoUringSocketChannel::new;
            case KQUEUE -> KQueueSocketChannel::new;
            case NIO -> NioSocketChannel::new;
            case AUTO -> throw new IllegalStateException("not resolved");
        };
    }

    ChannelFactory<? extends DatagramChannel> datagrams() {
        return switch (this) {
            case EPOLL -> EpollDatagramChannel::new;
            case IO_URING -> IoUringDatagramChannel::new;
            case KQUEUE -> KQueueDatagramChannel::new;
            case NIO -> NioDatagramChannel::new;
            case AUTO -> throw new IllegalStateException("not resolved");
        };
    }

    /** Whether the system spreads datagrams over several sockets of one address. */
    boolean spreadsDatagrams() {
        return this == EPOLL || this == IO_URING;
    }
}
