package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;

/** TLS in a channel's pipeline, under the name {@value #NAME}. */
@OnLoop
public final class TlsPipeline {
    /** Where in the pipeline it is. */
    public static final String NAME = "tls";

    private TlsPipeline() {}

    /** What ALPN agreed on in a channel whose handshake is over; empty if nothing, or in the clear. */
    public static String applicationProtocol(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        String agreed = handler == null ? null : handler.applicationProtocol();
        return agreed == null ? "" : agreed;
    }

    /** Whether the handshake has resumed a session. The JDK does not tell. */
    @SuppressWarnings("deprecation") // the only way to the connection's own state
    public static boolean isResumed(SslHandler handler) {
        return handler.engine() instanceof ReferenceCountedOpenSslEngine engine
                && SSL.isSessionReused(engine.sslPointer());
    }

    /** A record that is not complete stays with the handler; in the loop's shared buffer it would pin all of it. */
    @SuppressWarnings("deprecation")
    static void prepare(Channel channel) {
        channel.config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator());
    }

    /** Adds it at the end. */
    static void add(Channel channel, KernelLoop loop, SslHandler handler) {
        prepare(channel);
        channel.pipeline().addLast(NAME, handler);
        plaintext(channel, loop, handler);
    }

    /** Puts it where something waited for the first bytes. */
    static void replace(ChannelHandlerContext waiting, KernelLoop loop, SslHandler handler) {
        plaintext(waiting.channel(), loop, handler);
        waiting.pipeline().replace(waiting.handler(), NAME, handler);
    }

    /** Sees to it that plain text has the headroom that protocols count on. */
    private static void plaintext(Channel channel, KernelLoop loop, SslHandler handler) {
        if (handler.engine() instanceof ReferenceCountedOpenSslEngine) {
            channel.config().setAllocator(new HeadroomAllocator(loop.allocator()));
        } else {
            ChannelPipeline pipeline = channel.pipeline();
            pipeline.addAfter(NAME, "plaintext", new Plaintext(loop));
        }
    }

    /** The JDK decrypts into buffers of its own choice: moves it into the loop's read buffer. */
    private static final class Plaintext extends ChannelInboundHandlerAdapter {
        private final KernelLoop loop;

        Plaintext(KernelLoop loop) {
            this.loop = loop;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf plain) {
                try {
                    while (plain.isReadable()) {
                        ByteBuf buffer = loop.takeReadBuffer();
                        buffer.writeBytes(plain, Math.min(plain.readableBytes(), buffer.writableBytes()));
                        context.fireChannelRead(buffer);
                    }
                } finally {
                    plain.release();
                }
            } else {
                context.fireChannelRead(message);
            }
        }
    }
}
