package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.ProxyAddresses;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Loop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/**
 * Stands behind TLS until a client's handshake is over, so that protocols see connections only that are secured, and know
 * what was agreed on. A client that takes longer than it may is closed.
 */
@OnLoop
final class Handshake extends ChannelInboundHandlerAdapter implements Pending {
    private final Frontend frontend;
    private final KernelLoop loop;
    private final long timeoutMillis;
    private final ProxyAddresses addresses;
    private ChannelHandlerContext context;
    private Loop.Deadline deadline;

    /** @param addresses what the PROXY protocol said; null: nothing */
    Handshake(Frontend frontend, KernelLoop loop, long timeoutMillis, ProxyAddresses addresses) {
        this.frontend = frontend;
        this.loop = loop;
        this.timeoutMillis = timeoutMillis;
        this.addresses = addresses;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        deadline = loop.deadline(this::close);
        deadline.arm(timeoutMillis);
        if (!frontend.undecided(loop).add(this)) {
            close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        frontend.undecided(loop).remove(this);
        deadline.close();
    }

    /** Gives up. */
    @Override
    public void close() {
        context.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext told, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            told.fireUserEventTriggered(event);
        } else if (!handshake.isSuccess()) {
            close();
        } else {
            SslHandler tls = (SslHandler) told.pipeline().get("tls");
            HandshakeResult result = new HandshakeResult(tls.engine(), tls.applicationProtocol());
            frontend.secured(told.channel(), loop, result, addresses);
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
