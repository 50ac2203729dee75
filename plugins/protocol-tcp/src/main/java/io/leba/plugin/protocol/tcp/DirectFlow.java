package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One direction of a direct relay. Small messages are copied through the loop's buffer, one call to read and one to write;
 * what turns out to be bulky goes through a pipe. Whatever the receiving end does not take waits here, and nothing more is read
 * until it is gone.
 */
@OnLoop
final class DirectFlow implements Runnable {
    /**
     * The most that is asked of one splice. Less than a pipe holds: a pipe filled to the brim (61,440 bytes of pages that do not begin
     * where the data does) costs a seventh more for each byte than this, as measured at 32, 40, 48, 56 and 64 KiB.
     */
    private static final int MOST = 48 * 1024;

    /** Bytes that a flow moves before it is the others' turn: while they have theirs, TCP sends, and its pacing does not hold it up. */
    private static final int TURN = MOST;

    /** A read of at least this much sends the next one through a pipe. */
    private static final int BULKY = 16 * 1024;

    /** So many turns in a row with less than that send the next one through the buffer again. */
    private static final int PATIENCE = 8;

    /** EINVAL and ENOSYS: this file, or this system, does not splice. */
    private static final int UNFIT = -22;

    private static final int UNKNOWN_CALL = -38;

    private final DirectRelay relay;
    private final LoopTools tools;
    private final DirectEnd from;
    private final DirectEnd to;
    private boolean maySplice;

    /** Bytes taken in this turn. */
    private long moved;

    /** Of these, through a pipe. */
    private long spliced;

    /** Bytes in the loop's buffer, during a turn only. */
    private int fresh;

    /** Bytes that wait, copied. */
    private ByteBuf held;

    /** Where bytes wait that are not copied. */
    private Pipe pipe;

    private boolean isBulky;
    private int meagreTurns;
    private boolean hasEnded;
    private boolean isFinished;
    private boolean isWaitingForTurn;

    DirectFlow(DirectRelay relay, DirectEnd from, DirectEnd to, boolean maySplice) {
        this.relay = relay;
        this.tools = relay.tools();
        this.from = from;
        this.to = to;
        this.maySplice = maySplice;
    }

    /** Takes over what was read before this relay began: the bytes (owned from now on, or null), and whether they were all. */
    void begin(ByteBuf early, boolean hasEnded) {
        held = early;
        this.hasEnded = hasEnded;
    }

    /** Whether everything was passed on, the end included. */
    boolean isFinished() {
        return isFinished;
    }

    @Override
    public void run() {
        isWaitingForTurn = false;
        pump();
    }

    /** Moves bytes until one end has nothing or takes nothing, or the turn is over. */
    void pump() {
        if (isFinished || isWaitingForTurn || relay.isClosed()) {
            return;
        }
        moved = 0;
        spliced = 0;
        while (true) {
            try {
                if (!passOn() || hasEnded && finish() || moved >= TURN) {
                    break;
                }
            } catch (IOException e) {
                report();
                relay.isBroken(to, e);
                return;
            }
            try {
                if (!(from.isReadable() && take()) && !hasEnded) {
                    break;
                }
            } catch (IOException e) {
                report();
                relay.isBroken(from, e);
                return;
            }
        }
        endTurn();
    }

    private boolean finish() throws IOException {
        report();
        moved = 0;
        spliced = 0;
        isFinished = true;
        relay.hasFinished(to);
        return true;
    }

    private void endTurn() {
        if (pipe != null && pipe.size() == 0) {
            tools.giveBack(pipe);
            pipe = null;
        }
        if (moved > 0) {
            meagreTurns = moved < BULKY ? meagreTurns + 1 : 0;
            isBulky &= meagreTurns < PATIENCE;
        }
        report();
        if (moved >= TURN && !relay.isClosed()) {
            isWaitingForTurn = true;
            tools.loop().eventLoop().execute(this);
        }
    }

    private void report() {
        if (moved > 0 && !relay.isClosed()) {
            relay.hasMoved(from, moved, spliced);
        }
    }

    /** Writes what was taken; whether nothing of it waits any more. */
    private boolean passOn() throws IOException {
        if (fresh > 0) {
            return passOnFresh();
        }
        if (held != null) {
            return passOnHeld();
        }
        if (pipe == null) {
            return true;
        }
        while (pipe.size() > 0 && to.isWritable()) {
            to.drain(pipe);
        }
        return pipe.size() == 0;
    }

    /** What is not taken at once is copied out of the buffer, which others need. */
    private boolean passOnFresh() throws IOException {
        ByteBuffer buffer = tools.buffer();
        int count = fresh;
        int written = 0;
        fresh = 0;
        while (written < count && to.isWritable()) {
            written += to.write(buffer, written, count);
        }
        if (written < count) {
            buffer.limit(count).position(written);
            held = tools.loop().allocator().directBuffer(count - written).writeBytes(buffer);
            buffer.clear();
        }
        return held == null;
    }

    private boolean passOnHeld() throws IOException {
        while (held.isReadable() && to.isWritable()) {
            ByteBuffer bytes = held.internalNioBuffer(held.readerIndex(), held.readableBytes());
            held.skipBytes(to.write(bytes, bytes.position(), bytes.limit()));
        }
        if (held.isReadable()) {
            return false;
        }
        held.release();
        held = null;
        return true;
    }

    /** Takes bytes from the sending end, for {@link #passOn}; whether there were any. */
    private boolean take() throws IOException {
        if (isBulky && splice()) {
            return true;
        }
        if (!from.isReadable()) {
            return false;
        }
        ByteBuffer buffer = tools.buffer();
        int count = from.read(buffer, buffer.capacity());
        hasEnded = count < 0;
        if (count <= 0) {
            return false;
        }
        fresh = count;
        moved += count;
        isBulky |= maySplice && count >= BULKY;
        return true;
    }

    /** Where the system will not splice, a copy brings the bytes. A failure of the socket's is told once only, so it goes on from here. */
    private boolean splice() throws IOException {
        if (pipe == null) {
            pipe = tools.takePipe();
        }
        if (pipe != null) {
            try {
                int count = from.fill(pipe, MOST);
                moved += count;
                spliced += count;
                return count > 0;
            } catch (Errors.NativeIoException e) {
                if (e.expectedErr() != UNFIT && e.expectedErr() != UNKNOWN_CALL) {
                    throw e;
                }
                maySplice = false;
            }
        }
        isBulky = false;
        return false;
    }

    /** Gives up what waits. */
    void close() {
        if (held != null) {
            held.release();
            held = null;
        }
        if (pipe != null) {
            tools.giveBack(pipe);
            pipe = null;
        }
    }
}
