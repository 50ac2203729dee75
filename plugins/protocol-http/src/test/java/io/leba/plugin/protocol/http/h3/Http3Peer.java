package io.leba.plugin.protocol.http.h3;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3GoAwayFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Netty's client of HTTP/3 on one connection, for what it can ask; and one that speaks bytes on QUIC's streams, for what no client
 * should.
 */
final class Http3Peer implements AutoCloseable {
    static final long SECONDS = 20;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final InetSocketAddress address;
    private final Channel socket;
    /** The connection; null if it cannot come about. */
    final QuicChannel quic;
    /** How the other end closed the connection. */
    final CompletableFuture<QuicConnectionCloseEvent> closed = new CompletableFuture<>();
    /** GOAWAY frames that came. */
    final BlockingQueue<Long> goAways = new LinkedBlockingQueue<>();

    /** Retry packets that came. */
    final AtomicInteger retries = new AtomicInteger();

    private Http3Peer(InetSocketAddress address, String host, boolean isRaw, String alpn, long window)
            throws InterruptedException, ExecutionException, TimeoutException {
        this.address = address;
        QuicSslContext tls = QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("")
                .applicationProtocols(alpn)
                .build();
        QuicClientCodecBuilder codec = isRaw ? new QuicClientCodecBuilder() : Http3.newQuicClientCodecBuilder();
        ChannelHandler handler = codec.sslEngineProvider(one -> tls.newEngine(one.alloc(), host, address.getPort()))
                .maxIdleTimeout(60, TimeUnit.SECONDS)
                .initialMaxData(10_000_000)
                .initialMaxStreamDataBidirectionalLocal(window)
                .initialMaxStreamDataUnidirectional(1 << 20)
                .initialMaxStreamsUnidirectional(16)
                .build();
        socket = new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel datagrams) {
                        datagrams.pipeline().addLast(new RetryCounter(retries)).addLast(handler);
                    }
                })
                .bind(new InetSocketAddress("127.0.0.1", 0))
                .sync()
                .channel();
        Future<QuicChannel> connecting = QuicChannel.newBootstrap(socket)
                .handler(isRaw ? new Watch() : new Connection())
                .streamHandler(new Sink())
                .remoteAddress(address)
                .connect();
        quic = alpn.equals("h3") ? connecting.get(SECONDS, TimeUnit.SECONDS) : null;
    }

    static Http3Peer to(InetSocketAddress address) throws Exception {
        return new Http3Peer(address, "localhost", false, "h3", 1 << 20);
    }

    static Http3Peer asking(InetSocketAddress address, String host, long window) throws Exception {
        return new Http3Peer(address, host, false, "h3", window);
    }

    static Http3Peer raw(InetSocketAddress address) throws Exception {
        return new Http3Peer(address, "localhost", true, "h3", 1 << 20);
    }

    static Http3Peer speaking(InetSocketAddress address, String alpn) throws Exception {
        return new Http3Peer(address, "localhost", true, alpn, 1 << 20);
    }

    /** A Retry packet tells what it is in the clear (RFC 9000 §17.2.5). */
    private static final class RetryCounter extends ChannelInboundHandlerAdapter {
        private static final int RETRY = 0xf0;

        private final AtomicInteger retries;

        RetryCounter(AtomicInteger retries) {
            this.retries = retries;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = ((DatagramPacket) message).content();
            if ((bytes.getByte(bytes.readerIndex()) & RETRY) == RETRY) {
                retries.incrementAndGet();
            }
            context.fireChannelRead(message);
        }
    }

    private final class Connection extends ChannelInitializer<QuicChannel> {
        @Override
        protected void initChannel(QuicChannel channel) {
            channel.pipeline().addLast(new Watch()).addLast(new Http3ClientConnectionHandler());
        }
    }

    private final class Watch extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof QuicConnectionCloseEvent close) {
                closed.complete(close);
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Told by how the connection is closed.
        }
    }

    private final class Sink extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http3GoAwayFrame away) {
                goAways.add(away.id());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    /** The head of a request. */
    Http3Headers head(String method, String path) {
        return new DefaultHttp3Headers(false)
                .method(method)
                .scheme("https")
                .authority("localhost")
                .path(path);
    }

    /** A request's stream that is open. */
    Http3Call open(Http3Headers head) throws Exception {
        Http3Call call = new Http3Call();
        call.stream = Http3.newRequestStream(quic, call).get(SECONDS, TimeUnit.SECONDS);
        call.stream.writeAndFlush(new DefaultHttp3HeadersFrame(head));
        return call;
    }

    /** Asks without a body. */
    Http3Call ask(Http3Headers head) throws Exception {
        Http3Call call = new Http3Call();
        call.stream = Http3.newRequestStream(quic, call).get(SECONDS, TimeUnit.SECONDS);
        call.stream.writeAndFlush(new DefaultHttp3HeadersFrame(head)).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        return call;
    }

    Http3Call get(String path) throws Exception {
        return ask(head("GET", path)).whole();
    }

    /** Asks with a body of this size, in pieces. */
    Http3Call post(String path, int size, boolean hasLength) throws Exception {
        Http3Headers head = head("POST", path);
        if (hasLength) {
            head.setInt("content-length", size);
        }
        Http3Call call = open(head);
        for (int sent = 0; sent < size; ) {
            int count = Math.min(16_384, size - sent);
            call.stream.write(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(new byte[count])));
            sent += count;
        }
        call.stream
                .writeAndFlush(new DefaultHttp3DataFrame(Unpooled.EMPTY_BUFFER))
                .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        return call;
    }

    /** A stream on which bytes are sent as they are. */
    RawStream stream(QuicStreamType type) throws Exception {
        RawStream raw = new RawStream();
        raw.channel = quic.createStream(type, raw).get(SECONDS, TimeUnit.SECONDS);
        return raw;
    }

    /** A raw stream. */
    static final class RawStream extends ChannelInboundHandlerAdapter {
        QuicStreamChannel channel;
        final CompletableFuture<Throwable> reset = new CompletableFuture<>();
        final CompletableFuture<byte[]> answered = new CompletableFuture<>();
        private final ByteBuf all = Unpooled.buffer();

        RawStream send(boolean isLast, int... bytes) {
            byte[] out = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                out[i] = (byte) bytes[i];
            }
            return send(isLast, out);
        }

        RawStream send(boolean isLast, byte[] bytes) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
            if (isLast) {
                channel.shutdownOutput();
            }
            return this;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            all.writeBytes((ByteBuf) message);
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof io.netty.channel.socket.ChannelInputShutdownReadComplete) {
                byte[] bytes = new byte[all.readableBytes()];
                all.readBytes(bytes);
                answered.complete(bytes);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            reset.complete(cause);
        }
    }

    /** Fields as a QPACK section that refers to no table, as a HEADERS frame. */
    static byte[] headers(String... namesAndValues) {
        ByteBuf section = Unpooled.buffer().writeByte(0).writeByte(0);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            byte[] name = namesAndValues[i].getBytes(StandardCharsets.ISO_8859_1);
            byte[] value = namesAndValues[i + 1].getBytes(StandardCharsets.ISO_8859_1);
            number(section, 0x20, 3, name.length);
            section.writeBytes(name);
            number(section, 0, 7, value.length);
            section.writeBytes(value);
        }
        byte[] bytes = new byte[section.readableBytes()];
        section.readBytes(bytes);
        return frame(1, bytes);
    }

    private static void number(ByteBuf out, int pattern, int prefix, int value) {
        int mask = (1 << prefix) - 1;
        if (value < mask) {
            out.writeByte(pattern | value);
            return;
        }
        out.writeByte(pattern | mask);
        int rest = value - mask;
        while (rest >= 0x80) {
            out.writeByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /** A frame with a length of four bytes. */
    static byte[] frame(int type, byte[] payload) {
        byte[] out = new byte[5 + payload.length];
        out[0] = (byte) type;
        out[1] = (byte) (0x80 | payload.length >>> 24);
        out[2] = (byte) (payload.length >>> 16);
        out[3] = (byte) (payload.length >>> 8);
        out[4] = (byte) payload.length;
        System.arraycopy(payload, 0, out, 5, payload.length);
        return out;
    }

    @Override
    public void close() {
        if (quic != null) {
            quic.close().awaitUninterruptibly(SECONDS, TimeUnit.SECONDS);
        }
        socket.close().awaitUninterruptibly(SECONDS, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public String toString() {
        return "peer of " + address;
    }
}
