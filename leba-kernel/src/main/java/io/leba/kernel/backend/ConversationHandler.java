package io.leba.kernel.backend;

import io.leba.kernel.transport.PeerFailure;
import io.leba.spi.health.Conversation;
import io.leba.spi.health.Conversation.Step;
import io.leba.spi.health.ProbeResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.function.Consumer;

/** Moves bytes between a channel and a conversation until there is a verdict. Whoever takes the verdict closes the channel. */
final class ConversationHandler extends SimpleChannelInboundHandler<ByteBuf> {
    private final Conversation conversation;
    private final Consumer<ProbeResult> onVerdict;
    private boolean isOver;

    ConversationHandler(Conversation conversation, Consumer<ProbeResult> onVerdict) {
        this.conversation = conversation;
        this.onVerdict = onVerdict;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        take(context, conversation.opened());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        if (!isOver) {
            take(context, conversation.received(bytes.nioBuffer()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!isOver) {
            end(conversation.closed());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(ProbeResult.down(PeerFailure.reason(cause)));
    }

    private void take(ChannelHandlerContext context, Step step) {
        step.send().ifPresent(bytes -> context.writeAndFlush(Unpooled.copiedBuffer(bytes), context.voidPromise()));
        step.result().ifPresent(this::end);
    }

    private void end(ProbeResult result) {
        if (!isOver) {
            isOver = true;
            onVerdict.accept(result);
        }
    }
}
