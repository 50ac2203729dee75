package io.leba.plugin.admin.api;

import io.leba.spi.OnBackground;
import io.leba.spi.OnLoop;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * One connection to the management address: a request at a time, each answered in the background. Belongs to the channel's
 * event loop; what other threads may call is said at the method.
 */
final class Conversation extends ChannelInboundHandlerAdapter {
    private final AdminApi api;
    private final Channel channel;
    private final Limits limits;
    private final Queue<FullHttpRequest> early = new ArrayDeque<>();
    private Future<?> deadline;
    private boolean isAnswering;
    private boolean isLast;

    Conversation(AdminApi api, Channel channel, Limits limits) {
        this.api = api;
        this.channel = channel;
        this.limits = limits;
    }

    /** Takes the channel over. */
    @OnLoop
    void begin() {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline()
                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(limits.lineBytes())
                        .setMaxHeaderSize(limits.headBytes())))
                .addLast(new HttpObjectAggregator(limits.bodyBytes(), true))
                .addLast(this);
        closeAfter(limits.request());
    }

    /** Ends the connection after the answer under way, or after that to a request that comes in a moment. Any thread. */
    void drain() {
        channel.eventLoop().execute(() -> {
            isLast = true;
            if (!isAnswering) {
                closeAfter(limits.farewell());
            }
        });
    }

    /** Any thread. */
    void close() {
        channel.close();
    }

    private void closeAfter(Duration time) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = channel.eventLoop().schedule(() -> channel.close(), time.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        FullHttpRequest request = (FullHttpRequest) message;
        if (isAnswering) {
            early.add(request);
        } else {
            serve(request);
        }
    }

    private void serve(FullHttpRequest request) {
        isAnswering = true;
        channel.config().setAutoRead(false);
        deadline.cancel(false);
        RequestHandler.Asked asked;
        boolean isBroken = request.decoderResult().isFailure();
        boolean keepAlive = !isBroken && HttpUtil.isKeepAlive(request);
        try {
            asked = isBroken ? null : asked(request);
        } finally {
            ReferenceCountUtil.release(request);
        }
        if (isBroken) {
            Throwable cause = request.decoderResult().cause();
            send(
                    cause instanceof TooLongHttpLineException
                            ? api.handler().refusal(414, "the request line is too long")
                            : cause instanceof TooLongHttpHeaderException
                                    ? api.handler().refusal(431, "the header fields are too large")
                                    : api.handler().refusal(400, "this is not a proper HTTP request"),
                    false);
            return;
        }
        api.answer(() -> perform(asked, keepAlive));
    }

    private static RequestHandler.Asked asked(FullHttpRequest request) {
        RequestHandler.Asked asked = new RequestHandler.Asked(
                request.method().name(),
                request.uri(),
                HttpVersion.HTTP_1_1.equals(request.protocolVersion()),
                new java.util.LinkedHashMap<>());
        request.headers().forEach(field -> asked.add(field.getKey(), field.getValue()));
        return asked;
    }

    @OnBackground
    private void perform(RequestHandler.Asked asked, boolean keepAlive) {
        RequestHandler.Reply reply = null;
        try {
            reply = api.handler().handle(asked);
        } finally {
            RequestHandler.Reply made = reply;
            channel.eventLoop().execute(() -> {
                api.answered();
                if (made == null) {
                    channel.close();
                } else {
                    send(made, keepAlive);
                }
            });
        }
    }

    private void send(RequestHandler.Reply reply, boolean keepAlive) {
        boolean isLastOne = !keepAlive || isLast;
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), Unpooled.wrappedBuffer(reply.body()));
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
        if (isLastOne) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        closeAfter(limits.answer());
        channel.writeAndFlush(response).addListener(written -> {
            if (isLastOne || !written.isSuccess()) {
                channel.close();
            } else {
                next();
            }
        });
    }

    private void next() {
        isAnswering = false;
        FullHttpRequest waiting = early.poll();
        if (waiting != null) {
            serve(waiting);
            return;
        }
        closeAfter(isLast ? limits.farewell() : limits.request());
        channel.config().setAutoRead(true);
    }

    /** The client has sent its last byte: what is under way is answered still. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            isLast = true;
            if (!isAnswering) {
                channel.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }

    /** A client that is gone, most likely: nothing that anybody could act on. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }
}
