package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;

/**
 * Moves bytes between two sockets of the epoll transport without Netty's pipelines: the channels are taken out of the loop, and
 * their sockets put in again with {@link DirectEnd}s. The channels stay the sockets' owners and close them. Taking them out
 * happens a moment later than it is asked for; what they read in between is taken over.
 */
@OnLoop
final class DirectRelay {
    private final TcpSession session;
    private final LoopTools tools;
    private final DirectEnd front;
    private final DirectEnd back;
    private final DirectFlow request;
    private final DirectFlow response;
    private boolean isClosed;

    DirectRelay(TcpSession session, LoopTools tools, Side front, Side back) {
        this.session = session;
        this.tools = tools;
        this.front = new DirectEnd(this, front);
        this.back = new DirectEnd(this, back);
        boolean maySplice = session.maySplice();
        request = new DirectFlow(this, this.front, this.back, maySplice);
        response = new DirectFlow(this, this.back, this.front, maySplice);
    }

    /** Whether both are sockets of the epoll transport without TLS. */
    static boolean canJoin(Side one, Side other) {
        return isPlainSocket(one) && isPlainSocket(other);
    }

    private static boolean isPlainSocket(Side side) {
        return side.channel() instanceof EpollSocketChannel
                && side.channel().pipeline().get(SslHandler.class) == null;
    }

    /** Begins to move bytes. */
    void begin() {
        front.side().channel().deregister();
        back.side().channel().deregister().addListener(both -> takeOver());
    }

    private void takeOver() {
        if (isClosed) {
            return;
        }
        request.begin(front.side().takeEarly(), front.side().hasInputEnded());
        response.begin(back.side().takeEarly(), back.side().hasInputEnded());
        IoEventLoop loop = (IoEventLoop) tools.loop().eventLoop();
        if (register(front, loop) && register(back, loop)) {
            request.pump();
            response.pump();
        }
    }

    private boolean register(DirectEnd end, IoEventLoop loop) {
        try {
            end.register(loop);
            return true;
        } catch (IOException | RuntimeException e) {
            isBroken(end, e);
            return false;
        }
    }

    /** Something happened at one end: it may take more, and it may have more. */
    void run(DirectEnd end) {
        if (end == front) {
            response.pump();
            request.pump();
        } else {
            request.pump();
            response.pump();
        }
    }

    void hasMoved(DirectEnd from, long bytes, long spliced) {
        session.moved(from == front, bytes, spliced);
    }

    /** Everything was passed on to this end. */
    void hasFinished(DirectEnd to) throws IOException {
        if (request.isFinished() && response.isFinished()) {
            session.isOver();
        } else {
            to.endOutput();
        }
    }

    void isBroken(DirectEnd end, Throwable cause) {
        session.isBroken(end.side(), cause);
    }

    boolean isClosed() {
        return isClosed;
    }

    LoopTools tools() {
        return tools;
    }

    /** Lets go of the sockets, which are to be closed next. */
    void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        front.unregister();
        back.unregister();
        request.close();
        response.close();
    }
}
