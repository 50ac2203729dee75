package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.PeerFailure;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Loop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.SocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a connection until its handshake is over, and counts how that went. A client that takes longer than it may is closed. */
@OnLoop
abstract class TimedHandshake extends ChannelInboundHandlerAdapter implements Pending {
    private static final Logger LOG = LoggerFactory.getLogger(TimedHandshake.class);

    final Frontend frontend;
    final KernelLoop loop;
    private final Duration timeout;
    private ChannelHandlerContext context;
    private Loop.Deadline deadline;
    private boolean isCounted;

    TimedHandshake(Frontend frontend, KernelLoop loop, Duration timeout) {
        this.frontend = frontend;
        this.loop = loop;
        this.timeout = timeout;
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext added) {
        context = added;
        deadline = loop.deadline(this::expire);
        deadline.arm(timeout.toMillis());
        if (!frontend.undecided(loop).add(this)) {
            close();
        }
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext removed) {
        count(Handshake.Result.FAILED);
        frontend.undecided(loop).remove(this);
        deadline.close();
    }

    /** How it went: the first word counts. */
    final void count(Handshake.Result result) {
        if (!isCounted) {
            isCounted = true;
            frontend.handshake(loop, result);
        }
    }

    private void expire() {
        count(Handshake.Result.EXPIRED);
        close();
    }

    /** Something was wrong with it. */
    final void tell(SocketAddress client, Throwable cause) {
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "frontend {}: the handshake of {} failed: {}", frontend.name(), client, PeerFailure.reason(cause));
        }
    }

    /** Gives up. */
    @Override
    public final void close() {
        context.close();
    }

    @Override
    public final boolean isHandshake() {
        return true;
    }
}
