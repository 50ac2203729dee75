package io.leba.testkit.origin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * An address at which connections are refused until this is closed. It is bound and not listened at, so that no other process
 * gets it meanwhile, as it may get the port of a server that has gone.
 */
public final class Nobody implements AutoCloseable {
    private final Socket held = new Socket();

    /** Takes a port of the loopback address. */
    public Nobody() throws IOException {
        held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Where nobody is. */
    public InetSocketAddress address() {
        return (InetSocketAddress) held.getLocalSocketAddress();
    }

    /** The address's port. */
    public int port() {
        return held.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        held.close();
    }
}
