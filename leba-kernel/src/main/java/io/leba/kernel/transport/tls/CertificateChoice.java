package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.util.concurrent.Future;
import java.util.function.Function;

/** Reads what a client says first, finds the certificate for it, and makes way for TLS with that one. */
@OnLoop
final class CertificateChoice extends SslClientHelloHandler<ServerCertificate> {
    private static final int LONGEST = 16 * 1024;

    /** A fatal alert (RFC 8446 §6): unrecognized_name. */
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private final KernelLoop loop;
    private final Function<ClientHello, ServerCertificate> table;
    private final Runnable onDone;

    /**
     * @param table gives null for clients that are to be refused
     * @param onDone called once, when the table is not needed any more
     */
    CertificateChoice(KernelLoop loop, Function<ClientHello, ServerCertificate> table, Runnable onDone) {
        super(LONGEST);
        this.loop = loop;
        this.table = table;
        this.onDone = onDone;
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        onDone.run();
        super.handlerRemoved0(context);
    }

    @Override
    protected Future<ServerCertificate> lookup(ChannelHandlerContext context, ByteBuf hello) {
        ClientHello read = hello == null ? ClientHello.UNREADABLE : ClientHello.read(hello);
        return context.executor().newSucceededFuture(table.apply(read));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext context, Future<ServerCertificate> found) {
        ServerCertificate certificate = found.getNow();
        if (certificate == null) {
            context.writeAndFlush(Unpooled.wrappedBuffer(UNRECOGNIZED_NAME)).addListener(ChannelFutureListener.CLOSE);
        } else {
            TlsPipeline.replace(context, loop, certificate.handler(loop));
        }
    }
}
