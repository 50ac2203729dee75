package io.leba.spi.protocol;

import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;

/** An event loop with what belongs to it. All methods on its own thread, unless noted. */
@OnLoop
public interface Loop {
    /** Bytes in front of what a stream channel reads, so that a head can be extended in place. */
    int READ_HEADROOM = 128;

    /** From 0; any thread. */
    int index();

    /** Netty's loop; any thread. */
    EventLoop eventLoop();

    /** For buffers; pooled and direct. Any thread. */
    ByteBufAllocator allocator();

    /**
     * Connections to backends that are kept for re-use. All stream channels of the kernel read into one shared buffer of
     * the loop: whoever keeps a buffer beyond {@code channelRead} makes the loop get another one, so a remainder that
     * waits for a slow peer is copied out.
     */
    ConnectionPool pool();

    /** What the process may hold for its peers in all. */
    default BufferBudget buffers() {
        return BufferBudget.UNLIMITED;
    }

    /**
     * Makes a deadline, not armed. Arming and re-arming is a plain write; it fires with the accuracy of a tick (about 100
     * ms), never early.
     */
    Deadline deadline(Runnable onExpired);

    /** Time in nanoseconds, as of the beginning of the current tick or later; cheap, for timeouts. */
    long coarseNanos();

    /** The seconds since 1970 as of the current tick, for {@code Date} fields. */
    long epochSeconds();

    /** A timer. */
    @OnLoop
    interface Deadline {
        /** Fires once after the time, unless armed anew or disarmed before. */
        void arm(long millis);

        /** Does not fire. */
        void disarm();

        /** Disarms and forgets it; it cannot be armed again. */
        void close();
    }
}
