package io.leba.plugin.protocol.http.h3;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What Netty's client gets as the answer to one request. */
final class Http3Call extends Http3RequestStreamInboundHandler {
    QuicStreamChannel stream;
    final CompletableFuture<Http3Headers> head = new CompletableFuture<>();
    final CompletableFuture<Http3Call> end = new CompletableFuture<>();
    final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    final List<String> interim = new ArrayList<>();
    final AtomicLong received = new AtomicLong();
    Http3Headers trailers;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
        Http3Headers fields = frame.headers();
        if (head.isDone()) {
            trailers = fields;
        } else if (fields.status().charAt(0) == '1') {
            interim.add(fields.status().toString());
        } else {
            head.complete(fields);
        }
        ReferenceCountUtil.release(frame);
    }

    @Override
    protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
        int count = frame.content().readableBytes();
        byte[] bytes = new byte[count];
        frame.content().readBytes(bytes);
        body.writeBytes(bytes);
        received.addAndGet(count);
        ReferenceCountUtil.release(frame);
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext context) {
        end.complete(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failure.complete(cause);
        end.completeExceptionally(cause);
        head.completeExceptionally(cause);
    }

    @Override
    protected void handleQuicException(ChannelHandlerContext context, QuicException exception) {
        exceptionCaught(context, exception);
    }

    @Override
    protected void handleHttp3Exception(ChannelHandlerContext context, Http3Exception exception) {
        exceptionCaught(context, exception);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        end.completeExceptionally(new IllegalStateException("the stream ended"));
        failure.complete(new IllegalStateException("the stream ended"));
        super.channelInactive(context);
    }

    /** Waits for all of it. */
    Http3Call whole() throws Exception {
        return end.get(Http3Peer.SECONDS, TimeUnit.SECONDS);
    }

    String status() throws Exception {
        return head.get(Http3Peer.SECONDS, TimeUnit.SECONDS).status().toString();
    }

    String field(String name) throws Exception {
        CharSequence value = head.get(Http3Peer.SECONDS, TimeUnit.SECONDS).get(name);
        return value == null ? null : value.toString();
    }

    String text() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }
}
