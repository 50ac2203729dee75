package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/**
 * The end of a client's connection. What is still to be sent is sent, at the client's pace as long as it has one. Then the
 * output ends, and what the client still says is read and thrown away for a while: closing over unread input would reset the
 * connection, and the client might lose the last answer (RFC 9112 §9.6).
 *
 * <p>Inside TLS there is no such end of one direction; the connection is closed when all is sent.
 */
final class Departure {
    private static final long LINGER_MILLIS = 2_000;
    private static final int LINGER_BYTES = 1 << 20;

    private final Channel channel;
    private final Loop.Deadline deadline;
    private final Engine engine;
    private final int loop;
    private final boolean lingers;
    private boolean isInputClosed;
    private boolean isSent;
    private long unsent = Long.MAX_VALUE;
    private int discarded;

    /** Prepares it. */
    Departure(Channel channel, Loop.Deadline deadline, Engine engine, int loop, boolean isSecure) {
        this.channel = channel;
        this.deadline = deadline;
        this.engine = engine;
        this.loop = loop;
        this.lingers = !isSecure && channel instanceof DuplexChannel;
    }

    /** Begins, behind whatever has been written. */
    void begin(boolean inputClosed) {
        isInputClosed = inputClosed;
        if (Outgoing.isStalled(channel)) {
            channel.config().setAutoRead(false);
        }
        deadline.arm(engine.settings.idleMillis);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> sent(done.isSuccess()));
    }

    private void sent(boolean isSuccess) {
        if (!isSuccess || isInputClosed || !lingers) {
            channel.close();
            return;
        }
        isSent = true;
        deadline.arm(LINGER_MILLIS);
        ((DuplexChannel) channel).shutdownOutput();
        channel.config().setAutoRead(true);
    }

    /** Takes what the client still says; the buffer is given away. */
    void discard(ByteBuf buf) {
        if (isSent) {
            discarded += buf.readableBytes();
        }
        buf.release();
        if (discarded > LINGER_BYTES) {
            channel.close();
        }
    }

    /** The client has sent its last byte. */
    void inputEnded() {
        isInputClosed = true;
        if (isSent) {
            channel.close();
        }
    }

    /** The time is up. */
    void expired() {
        long before = unsent;
        unsent = Outgoing.unsent(channel);
        if (!isSent && before - unsent >= Math.min(before, engine.settings.leastTaken)) {
            deadline.arm(engine.settings.idleMillis);
        } else {
            if (!isSent && unsent > 0) {
                engine.counts().refusal(loop, Reason.CLIENT_STALLED);
            }
            channel.close();
        }
    }
}
