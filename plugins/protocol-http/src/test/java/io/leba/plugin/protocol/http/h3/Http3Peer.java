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
import io.netty.handler.codec.quic.SslEarlyDataReadyEvent;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509TrustManager;

/**
 * Netty's client of HTTP/3 on one connection, for what it can ask; and one that speaks bytes on QUIC's streams, for what no client
 * should.
 */
final class Http3Peer implements AutoCloseable {
    static final long SECONDS = 20;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final InetSocketAddress address;
    private final Channel socket;
    private final Future<QuicChannel> connecting;
    /** The connection; null if it cannot come about. */
    QuicChannel quic;
    /** Whether data may be sent before the handshake is over. */
    volatile boolean isEarly;
    /** How the other end closed the connection. */
    final CompletableFuture<QuicConnectionCloseEvent> closed = new CompletableFuture<>();
    /** GOAWAY frames that came. */
    final BlockingQueue<Long> goAways = new LinkedBlockingQueue<>();

    /** Retry packets that came. */
    final AtomicInteger retries = new AtomicInteger();

    private Http3Peer(InetSocketAddress address, QuicSslContext tls, boolean isRaw, long window) throws Exception {
        this.address = address;
        QuicClientCodecBuilder codec = isRaw ? new QuicClientCodecBuilder() : Http3.newQuicClientCodecBuilder();
        ChannelHandler handler = codec.sslEngineProvider(
                        one -> tls.newEngine(one.alloc(), "localhost", address.getPort()))
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
        connecting = QuicChannel.newBootstrap(socket)
                .handler(isRaw ? new Watch() : new Connection())
                .streamHandler(new Sink())
                .remoteAddress(address)
                .connect();
    }

    private Http3Peer connected() throws Exception {
        quic = connecting.get(SECONDS, TimeUnit.SECONDS);
        return this;
    }

    private static QuicSslContextBuilder tls(String alpn) {
        return QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("")
                .applicationProtocols(alpn);
    }

    static Http3Peer to(InetSocketAddress address) throws Exception {
        return asking(address, 1 << 20);
    }

    static Http3Peer asking(InetSocketAddress address, long window) throws Exception {
        return new Http3Peer(address, tls("h3").build(), false, window).connected();
    }

    static Http3Peer raw(InetSocketAddress address) throws Exception {
        return new Http3Peer(address, tls("h3").build(), true, 1 << 20).connected();
    }

    /** One that cannot come about. */
    static Http3Peer speaking(InetSocketAddress address, String alpn) throws Exception {
        return new Http3Peer(address, tls(alpn).build(), true, 1 << 20);
    }

    /** Comes again with what it has kept. */
    static Http3Peer resuming(InetSocketAddress address, QuicSslContext tls) throws Exception {
        return new Http3Peer(address, tls, false, 1 << 20).connected();
    }

    /** A client that would send requests before its handshake is over, if it may. */
    static QuicSslContext hasty(X509TrustManager trust) {
        return tls("h3").trustManager(trust).earlyData(true).build();
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
            } else if (event instanceof SslEarlyDataReadyEvent) {
                isEarly = true;
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
            return send(isLast, Http3Peer.bytes(bytes));
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

    static byte[] bytes(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }

    /** Frames one behind the other. */
    static byte[] join(byte[]... parts) {
        ByteBuf all = Unpooled.wrappedBuffer(parts);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    /** A DATA frame. */
    static byte[] data(String text) {
        return frame(0, text.getBytes(StandardCharsets.ISO_8859_1));
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
