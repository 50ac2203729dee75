package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One of the two sockets of a direct relay, registered with the loop once and for all and edge-triggered: a socket that stalls
 * and goes on costs no call to epoll. The price is that it must remember what it was told.
 */
@OnLoop
final class DirectEnd implements EpollIoHandle {
    private static final int IN = EpollIoOps.EPOLLIN.value();
    private static final int OUT = EpollIoOps.EPOLLOUT.value();
    private static final int ERR = EpollIoOps.EPOLLERR.value();
    private static final int HUP = 0x10;
    private static final int ENDED = EpollIoOps.EPOLLRDHUP.value() | HUP | ERR;
    private static final EpollIoOps EVERYTHING =
            EpollIoOps.valueOf(IN | OUT | EpollIoOps.EPOLLRDHUP.value() | EpollIoOps.EPOLLET.value());

    private final DirectRelay relay;
    private final Side side;
    private final EpollSocketChannel channel;
    private final Socket socket;
    private IoRegistration registration;

    /** Whether there may be something to read. */
    private boolean isReadable;

    /** Whether something may be written. */
    private boolean isWritable = true;

    /** Whether the end of the input is in sight, so that reading goes on until it is there. */
    private boolean isEnding;

    DirectEnd(DirectRelay relay, Side side) {
        this.relay = relay;
        this.side = side;
        channel = (EpollSocketChannel) side.channel();
        socket = (Socket) channel.fd();
    }

    Side side() {
        return side;
    }

    /** Begins to hear of events. */
    void register(IoEventLoop loop) throws IOException {
        Future<IoRegistration> registered = loop.register(this);
        registration = registered.getNow();
        if (registration == null) {
            throw new IOException("cannot register with the loop", registered.cause());
        }
        registration.submit(EVERYTHING);
    }

    /** Hears of no more events. */
    void unregister() {
        if (registration != null) {
            registration.cancel();
        }
    }

    boolean isReadable() {
        return isReadable;
    }

    boolean isWritable() {
        return isWritable;
    }

    /** Reads into the buffer from its beginning; 0 if there is nothing, -1 at the end of the input. */
    int read(ByteBuffer buffer, int most) throws IOException {
        int count = socket.recv(buffer, 0, most);
        // Less than asked for was all there is; an end still to come would be told.
        if (count == 0 || count > 0 && count < most && !isEnding) {
            isReadable = false;
        }
        return count;
    }

    /** Takes bytes into an empty pipe; 0 if there is nothing, or if the input has ended and {@link #isReadable} still holds. */
    int fill(Pipe pipe, int most) throws IOException {
        int count = pipe.fill(socket, most);
        if (count == 0 && !isEnding) {
            isReadable = false;
        }
        return count;
    }

    /** Writes the buffer's bytes from one position to another; how many it took. */
    int write(ByteBuffer buffer, int start, int end) throws IOException {
        int count = socket.send(buffer, start, end);
        if (count < end - start) {
            isWritable = false;
        }
        return count;
    }

    /** Writes what is in the pipe; how much it took. */
    int drain(Pipe pipe) throws IOException {
        int count = pipe.drain(socket);
        // Only a call that takes nothing is sure to be followed by a word when there is room again.
        if (count == 0) {
            isWritable = false;
        }
        return count;
    }

    /** Says to the other end that there is nothing more. */
    void endOutput() throws IOException {
        socket.shutdown(false, true);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        int happened = ((EpollIoEvent) event).ops().value();
        if ((happened & ERR) != 0 && hasFailed()) {
            return;
        }
        if ((happened & ENDED) != 0) {
            isEnding = true;
        }
        if ((happened & (IN | ENDED)) != 0) {
            isReadable = true;
        }
        if ((happened & (OUT | ENDED)) != 0) {
            isWritable = true;
        }
        relay.run(this);
    }

    private boolean hasFailed() {
        try {
            int error = socket.getSoError();
            if (error == 0) {
                return false;
            }
            relay.isBroken(this, new IOException("socket error " + error));
        } catch (IOException e) {
            relay.isBroken(this, e);
        }
        return true;
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    /** The loop ends. */
    @Override
    public void close() {
        channel.close();
    }
}
