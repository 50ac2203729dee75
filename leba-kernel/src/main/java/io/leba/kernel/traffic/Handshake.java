package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.PeerFailure;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.kernel.transport.tls.TlsPipeline;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Loop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind TLS until a client's handshake is over, so that protocols see connections only that are secured, and know
 * what was agreed on. A client that takes longer than it may is closed.
 */
@OnLoop
final class Handshake extends ChannelInboundHandlerAdapter implements Pending {
    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    private final Frontend frontend;
    private final KernelLoop loop;
    private final Duration timeout;
    private final ProxyAddresses addresses;
    private ChannelHandlerContext context;
    private Loop.Deadline deadline;
    private boolean isCounted;

    /** How a handshake ended. */
    enum Result {
        /** The client was let in, and has proven what it had to. */
        FULL,
        /** The client was let in by what was agreed on before. */
        RESUMED,
        /** The client or LEBA found something wrong, or the client went away. */
        FAILED,
        /** It took too long. */
        EXPIRED,
        /** There were too many. */
        REFUSED
    }

    /** @param addresses what the PROXY protocol said; null: nothing */
    Handshake(Frontend frontend, KernelLoop loop, Duration timeout, ProxyAddresses addresses) {
        this.frontend = frontend;
        this.loop = loop;
        this.timeout = timeout;
        this.addresses = addresses;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        deadline = loop.deadline(this::expire);
        deadline.arm(timeout.toMillis());
        if (!frontend.undecided(loop).add(this)) {
            close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        count(Result.FAILED);
        frontend.undecided(loop).remove(this);
        deadline.close();
    }

    private void count(Result result) {
        if (!isCounted) {
            isCounted = true;
            frontend.handshake(loop, result);
        }
    }

    private void expire() {
        count(Result.EXPIRED);
        close();
    }

    /** Gives up. */
    @Override
    public void close() {
        context.close();
    }

    @Override
    public boolean isHandshake() {
        return true;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext told, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            told.fireUserEventTriggered(event);
        } else if (!handshake.isSuccess()) {
            if (LOG.isDebugEnabled()) {
                LOG.debug(
                        "frontend {}: the handshake of {} failed: {}",
                        frontend.name(),
                        told.channel().remoteAddress(),
                        PeerFailure.reason(handshake.cause()));
            }
            close();
        } else {
            SslHandler tls = told.pipeline().get(SslHandler.class);
            count(TlsPipeline.isResumed(tls) ? Result.RESUMED : Result.FULL);
            frontend.secured(
                    told.channel(), loop, new HandshakeResult(tls.engine(), tls.applicationProtocol()), addresses);
            if (!told.isRemoved()) {
                told.pipeline().remove(this);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        close();
    }
}
