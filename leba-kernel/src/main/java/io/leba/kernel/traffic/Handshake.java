package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.kernel.transport.tls.TlsPipeline;
import io.leba.spi.OnLoop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;

/**
 * Stands behind TLS until a client's handshake is over, so that protocols see connections only that are secured, and know
 * what was agreed on.
 */
@OnLoop
final class Handshake extends TimedHandshake {
    private final ProxyAddresses addresses;

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
        super(frontend, loop, timeout);
        this.addresses = addresses;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext told, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            told.fireUserEventTriggered(event);
        } else if (!handshake.isSuccess()) {
            tell(told.channel().remoteAddress(), handshake.cause());
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
