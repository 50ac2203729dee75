package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;

/**
 * What the direct relays of one loop share: a buffer that is empty between two turns, and pipes, of which a flow holds one
 * only while bytes wait in it.
 */
@OnLoop
final class LoopTools {
    private static final int BUFFER = 64 * 1024;
    private static final int IDLE_PIPES = 64;

    private final Loop loop;
    private final Logger logger;
    private final ByteBuf memory;
    private final ByteBuffer buffer;
    private final Deque<Pipe> pipes = new ArrayDeque<>();
    private boolean isClosed;

    LoopTools(Loop loop, Logger logger) {
        this.loop = loop;
        this.logger = logger;
        memory = loop.allocator().directBuffer(BUFFER, BUFFER);
        buffer = memory.nioBuffer(0, BUFFER);
    }

    Loop loop() {
        return loop;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /** An empty pipe, or null if the system gives none now. */
    Pipe takePipe() {
        Pipe idle = pipes.poll();
        if (idle != null) {
            return idle;
        }
        try {
            return Pipe.open();
        } catch (IOException e) {
            logger.debug("no pipe: {}", e.getMessage());
            return null;
        }
    }

    /** Takes back a pipe; one with bytes in it, or one too many, is closed. */
    void giveBack(Pipe pipe) {
        if (pipe.size() == 0 && pipes.size() < IDLE_PIPES && !isClosed) {
            pipes.push(pipe);
            return;
        }
        close(pipe);
    }

    private void close(Pipe pipe) {
        try {
            pipe.close();
        } catch (IOException e) {
            logger.debug("cannot close a pipe", e);
        }
    }

    /** Nothing relays on this loop any more. */
    void close() {
        isClosed = true;
        pipes.forEach(this::close);
        pipes.clear();
        memory.release();
    }
}
