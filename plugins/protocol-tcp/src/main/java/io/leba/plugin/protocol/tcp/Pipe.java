package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;

/**
 * A pipe of the operating system, which takes pages from one socket and gives them to another without copying them. {@link
 * Native} is public but not promised; this class is all that knows it.
 */
@OnLoop
final class Pipe {
    private final FileDescriptor out;
    private final FileDescriptor in;
    private int size;

    private Pipe(FileDescriptor[] ends) {
        out = ends[0];
        in = ends[1];
    }

    static Pipe open() throws IOException {
        return new Pipe(FileDescriptor.pipe());
    }

    /** Bytes in the pipe. */
    int size() {
        return size;
    }

    /** Takes what the socket has, up to {@code most} bytes or until the pipe is full; 0 if there is nothing, or the end. */
    int fill(Socket from, int most) throws IOException {
        int taken = Native.splice(from.intValue(), -1, in.intValue(), -1, most);
        size += taken;
        return taken;
    }

    /** Gives the socket as much as it takes; 0 if it takes nothing now. */
    int drain(Socket to) throws IOException {
        int given = Native.splice(out.intValue(), -1, to.intValue(), -1, size);
        size -= given;
        return given;
    }

    void close() throws IOException {
        try {
            out.close();
        } finally {
            in.close();
        }
    }
}
