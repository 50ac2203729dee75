package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;

/**
 * Waits for the first bytes of a connection and gives it to the protocol that recognises them; the bytes are replayed. A
 * client that says nothing for {@value #TIMEOUT_MILLIS} ms, or {@value #LIMIT} bytes that nobody recognises, is closed.
 */
@OnLoop
final class Detection extends ChannelInboundHandlerAdapter {
    private static final int LIMIT = 1024;
    private static final long TIMEOUT_MILLIS = 10_000;

    private final Frontend frontend;
    private final KernelLoop loop;
    private final boolean secure;
    private final List<Frontend.Entry> candidates;
    private Frontend.Mode mode;
    private Loop.Deadline deadline;
    private ByteBuf seen;

    Detection(Frontend frontend, KernelLoop loop, Frontend.Mode mode) {
        this.frontend = frontend;
        this.loop = loop;
        this.secure = mode.tls().isPresent();
        this.candidates = new ArrayList<>(mode.lines());
        this.mode = mode;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = loop.deadline(() -> context.close());
        deadline.arm(TIMEOUT_MILLIS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        deadline.close();
        if (seen != null) {
            seen.release();
            seen = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        Frontend.Mode now = frontend.mode();
        if (now != mode) { // a new generation serves; what was seen so far is asked again
            mode = now;
            candidates.clear();
            candidates.addAll(now.lines());
        }
        if (seen == null) {
            Frontend.Entry recognised = recognise(bytes);
            if (recognised == null && !candidates.isEmpty() && bytes.readableBytes() < LIMIT) {
                seen = loop.allocator().directBuffer(LIMIT).writeBytes(bytes);
                bytes.release();
                return;
            }
            decide(context, recognised, bytes);
            return;
        }
        seen.writeBytes(bytes);
        bytes.release();
        Frontend.Entry recognised = recognise(seen);
        if (recognised != null || candidates.isEmpty() || seen.readableBytes() >= LIMIT) {
            ByteBuf all = seen;
            seen = null;
            decide(context, recognised, all);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void decide(ChannelHandlerContext context, Frontend.Entry recognised, ByteBuf bytes) {
        if (recognised == null) {
            bytes.release();
            context.close();
            return;
        }
        frontend.give(context.channel(), loop, recognised.line(), secure);
        context.fireChannelRead(bytes);
        context.pipeline().remove(this);
    }

    private Frontend.Entry recognise(ByteBuf bytes) {
        for (int i = 0; i < candidates.size(); ) {
            Detector.Detection answer = candidates.get(i).detector().detect(bytes);
            if (answer == Detector.Detection.YES) {
                return candidates.get(i);
            }
            if (answer == Detector.Detection.NO) {
                candidates.remove(i);
            } else {
                i++;
            }
        }
        return null;
    }
}
