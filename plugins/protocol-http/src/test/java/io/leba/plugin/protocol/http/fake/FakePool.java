package io.leba.plugin.protocol.http.fake;

import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.BackendConnection;
import io.leba.spi.protocol.ConnectionPool;
import io.leba.spi.protocol.Group;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Connections of a fake loop, kept without limits. */
public final class FakePool implements ConnectionPool {
    private final FakeLoop loop;
    private final FakeKernel kernel;
    private final Map<Backend, Deque<Kept>> idle = new HashMap<>();
    private final Map<BackendConnection, Opener<?>> openers = new HashMap<>();
    private final List<Runnable> heldConnects = new ArrayList<>();
    private boolean holdsConnects;
    private int connects;
    private int releases;

    private record Kept(Opener<?> opener, BackendConnection connection) {}

    FakePool(FakeLoop loop, FakeKernel kernel) {
        this.loop = loop;
        this.kernel = kernel;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends BackendConnection> T poll(Backend backend, Opener<T> opener) {
        Deque<Kept> kept = idle.get(backend);
        while (kept != null && !kept.isEmpty()) {
            Kept last = kept.pollLast();
            if (last.opener() == opener && last.connection().channel().isActive()) {
                return (T) last.connection();
            }
        }
        return null;
    }

    @Override
    public <T extends BackendConnection> void connect(
            Group group, Backend backend, Opener<T> opener, OnConnect<T> callback) {
        connects++;
        Runnable connect = () -> connectNow(group, backend, opener, callback);
        if (holdsConnects) {
            heldConnects.add(connect);
        } else {
            connect.run();
        }
    }

    private <T extends BackendConnection> void connectNow(
            Group group, Backend backend, Opener<T> opener, OnConnect<T> callback) {
        ChannelFuture future = new Bootstrap()
                .group(loop.eventLoop())
                .channel(kernel.transport().client())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        group.connectTimeout().toMillis())
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRegistered(ChannelHandlerContext ctx) {
                        FakeLoop.configure(ctx.channel().config(), loop);
                    }

                    @Override
                    public boolean isSharable() {
                        return false;
                    }

                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        T side = opener.open(ctx.channel(), backend, loop);
                        openers.put(side, opener);
                        ctx.channel().closeFuture().addListener(closed -> openers.remove(side));
                        ChannelHandler self = this;
                        ctx.pipeline().remove(self);
                        callback.connected(side);
                    }
                })
                .connect(backend.address());
        future.addListener(done -> {
            if (!done.isSuccess()) {
                callback.failed(done.cause(), done.cause() instanceof ConnectTimeoutException);
            }
        });
    }

    @Override
    public void release(BackendConnection connection) {
        releases++;
        if (!connection.channel().config().isAutoRead()) {
            throw new AssertionError("released with auto-read off");
        }
        if (connection.channel().isActive()) {
            idle.computeIfAbsent(connection.backend(), backend -> new ArrayDeque<>())
                    .addLast(new Kept(openers.get(connection), connection));
        }
    }

    void close() {
        for (BackendConnection connection : new ArrayList<>(openers.keySet())) {
            connection.channel().close();
        }
    }

    /** Connects are kept back until {@link #goOn}. On the loop. */
    public void holdConnects() {
        holdsConnects = true;
    }

    /** Makes the connects that were kept back. On the loop. */
    public void goOn() {
        holdsConnects = false;
        heldConnects.forEach(Runnable::run);
        heldConnects.clear();
    }

    /** How many connects were asked for. */
    public int connects() {
        return connects;
    }

    /** How many connections were given back. */
    public int releases() {
        return releases;
    }

    /** How many connections are open. */
    public int open() {
        return openers.size();
    }

    /** How many wait. */
    public int idle() {
        return idle.values().stream().mapToInt(Deque::size).sum();
    }
}
