package io.leba.kernel.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager how the service is, as {@code sd_notify(3)} does: a datagram to the domain socket that the variable
 * {@code NOTIFY_SOCKET} names. Only with transport epoll, whose datagram channels it uses. What fails is logged: the service
 * does not depend on it. Blocks for a moment; not for event loops.
 */
public final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final long PATIENCE_MILLIS = 1_000;

    private final Optional<String> path;
    private final EventLoops loops;

    private ServiceManager(Optional<String> path, EventLoops loops) {
        this.path = path;
        this.loops = loops;
    }

    /** The one that started this process, or nobody, who is told nothing. */
    public static ServiceManager of(Map<String, String> environment, EventLoops loops) {
        return new ServiceManager(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(named -> !named.isEmpty()), loops);
    }

    /** Sends assignments, a line each: {@code READY=1}. */
    public void tell(String assignments) {
        if (path.isEmpty()) {
            return;
        }
        if (loops.kind() != TransportKind.EPOLL || !Epoll.isAvailable()) {
            LOG.debug(
                    "the service manager is not told: transport {} has no such socket",
                    loops.kind().word());
            return;
        }
        String name = path.get().startsWith("@") ? "\0" + path.get().substring(1) : path.get();
        Channel channel = new EpollDomainDatagramChannel();
        try {
            await(loops.asideLoop().eventLoop().register(channel));
            ChannelFuture sending = await(channel.connect(new DomainSocketAddress(name)));
            if (sending.isSuccess()) {
                sending = await(channel.writeAndFlush(Unpooled.copiedBuffer(assignments, StandardCharsets.UTF_8)));
            }
            if (!sending.isSuccess()) {
                LOG.warn("the service manager at {} is not reached: {}", path.get(), String.valueOf(sending.cause()));
            }
        } finally {
            channel.close();
        }
    }

    private static ChannelFuture await(ChannelFuture future) {
        future.awaitUninterruptibly(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        return future;
    }
}
