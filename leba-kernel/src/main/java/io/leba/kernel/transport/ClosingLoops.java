package io.leba.kernel.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Event loops that do not end before their channels have. A loop of Netty's closes its channels once a round, before it runs the
 * round's tasks, and may end after them: who asks it to end while tasks run, or registers a channel in one of them, leaves
 * channels that nobody closes, their descriptors and their TLS engines.
 */
public final class ClosingLoops extends MultiThreadIoEventLoopGroup {
    /** As many loops, whose threads start with their first task. */
    public ClosingLoops(int count, ThreadFactory threads, IoHandlerFactory handlers) {
        super(count, threads, handlers);
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... more) {
        return new ClosingLoop(this, executor, handlers);
    }

    private static final class ClosingLoop extends SingleThreadIoEventLoop {
        /** A channel's end may begin another connection, which is closed in the next round; some end there is. */
        private static final int MOST_ROUNDS = 8;

        ClosingLoop(IoEventLoopGroup group, Executor executor, IoHandlerFactory handlers) {
            super(group, executor, handlers);
        }

        /** On the loop, each round; the last time with {@link #isShutdown}, when channels cannot say their last any more. */
        @Override
        protected boolean confirmShutdown() {
            if (isShuttingDown() && !isShutdown()) {
                closeChannels();
            }
            return super.confirmShutdown();
        }

        private void closeChannels() {
            int rounds = 0;
            do {
                ioHandler().prepareToDestroy();
            } while (runAllTasks() && ++rounds < MOST_ROUNDS);
        }
    }
}
