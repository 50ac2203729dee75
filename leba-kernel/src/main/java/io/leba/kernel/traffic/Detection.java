package io.leba.kernel.traffic;

import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Detector;
import io.leba.spi.protocol.Loop;
import io.leba.spi.tls.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Waits for the first bytes of a connection and gives it to the protocol that recognises them; the bytes are replayed. A
 * client that says nothing for {@value #TIMEOUT_MILLIS} ms, or {@value #LIMIT} bytes that nobody recognises, is closed.
 */
@OnLoop
final class Detection extends ChannelInboundHandlerAdapter implements Pending {
    private static final int LIMIT = 1024;
    private static final long TIMEOUT_MILLIS = 10_000;

    private final Frontend frontend;
    private final KernelLoop loop;
    private final Optional<TlsSession> tls;
    private final List<Frontend.Entry> candidates;
    private Frontend.Mode mode;
    private ChannelHandlerContext context;
    private Loop.Deadline deadline;
    private ByteBuf seen;

    /** @param tls empty: the client speaks in the clear */
    Detection(Frontend frontend, KernelLoop loop, Frontend.Mode mode, Optional<TlsSession> tls) {
        this.frontend = frontend;
        this.loop = loop;
        this.tls = tls;
        this.candidates = new ArrayList<>(mode.lines());
        this.mode = mode;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        deadline = loop.deadline(this::close);
        deadline.arm(TIMEOUT_MILLIS);
        if (!frontend.undecided(loop).add(this)) {
            close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        frontend.undecided(loop).remove(this);
        deadline.close();
        if (seen != null) {
            seen.release();
            seen = null;
        }
    }

    /** Gives up. */
    @Override
    public void close() {
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        boolean isCopy = seen != null;
        ByteBuf all = isCopy ? together((ByteBuf) message) : (ByteBuf) message;
        Frontend.Mode now = frontend.mode();
        if (now != mode) { // a new generation serves; what was seen so far is asked again
            mode = now;
            candidates.clear();
            candidates.addAll(now.lines());
        }
        boolean isPassedOn = false;
        try {
            Frontend.Entry recognised = recognise(all);
            if (recognised != null) {
                Client client = frontend.give(context.channel(), loop, recognised.line(), tls);
                if (client != null) {
                    isPassedOn = true;
                    context.fireChannelRead(all);
                    context.pipeline().remove(this);
                    recognised.line().settled(loop, client);
                }
            } else if (candidates.isEmpty() || all.readableBytes() >= LIMIT) {
                close();
            } else if (isCopy) {
                isPassedOn = true;
                seen = all;
            } else {
                // The buffer that was read into is the loop's; it is not kept.
                seen = loop.allocator().directBuffer(LIMIT).writeBytes(all, all.readerIndex(), all.readableBytes());
            }
        } finally {
            if (!isPassedOn) {
                all.release();
            }
        }
    }

    /** All bytes so far. */
    private ByteBuf together(ByteBuf bytes) {
        ByteBuf all = seen;
        try {
            all.writeBytes(bytes);
        } finally {
            bytes.release();
        }
        seen = null;
        return all;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        close();
    }

    private Frontend.Entry recognise(ByteBuf bytes) {
        for (int i = 0; i < candidates.size(); ) {
            Detector.Detection answer = ask(candidates.get(i), bytes);
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

    private Detector.Detection ask(Frontend.Entry candidate, ByteBuf bytes) {
        int from = bytes.readerIndex();
        try {
            return candidate.detector().detect(bytes);
        } catch (RuntimeException | LinkageError e) {
            frontend.detectorFailed(candidate, e);
            return Detector.Detection.NO;
        } finally {
            bytes.readerIndex(from);
        }
    }
}
