package io.leba.kernel.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/** An address cannot be listened on. The message names the address, the reason and a remedy. */
public final class BindFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int FIRST_FREE_PORT = 1024;

    private BindFailure(String message, Throwable cause) {
        super(message, cause);
    }

    static BindFailure of(InetSocketAddress address, Throwable cause) {
        return of(address, text(address), "ss -ltnp", cause);
    }

    /** The same for UDP. */
    static BindFailure ofDatagrams(InetSocketAddress address, Throwable cause) {
        return of(address, "UDP " + text(address), "ss -lunp", cause);
    }

    private static BindFailure of(InetSocketAddress address, String at, String shows, Throwable cause) {
        if (address.isUnresolved()) {
            return new BindFailure(
                    "cannot listen on " + at + ": the host name is unknown; write an IP address of this host", cause);
        }
        String reason = String.valueOf(cause.getMessage()).toLowerCase(java.util.Locale.ROOT);
        String said;
        if (reason.contains("in use")) {
            said = "the address is already in use; stop what listens there ('" + shows + " sport = :"
                    + address.getPort() + "' shows it) or choose another port";
        } else if (reason.contains("denied")) {
            said = address.getPort() < FIRST_FREE_PORT
                    ? "permission denied; ports below " + FIRST_FREE_PORT
                            + " need the capability CAP_NET_BIND_SERVICE, or choose a higher port"
                    : "permission denied by a security policy of this host";
        } else if (reason.contains("assign")) {
            said =
                    "no interface of this host has the address; write one that it has, or leave the address out to listen on all";
        } else if (reason.contains("family")) {
            said = "this host does not speak the address's IP version; write an address of the other one";
        } else {
            said = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        }
        return new BindFailure("cannot listen on " + at + ": " + said, cause);
    }

    /** {@code host:port} as a user writes it. */
    static String text(InetSocketAddress address) {
        String host = address.isUnresolved() || address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
