package io.leba.spi.http;

import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.tls.TlsSession;
import java.net.InetSocketAddress;
import java.util.Optional;

/** One request and its response, from a filter's point of view. On its loop only. */
@OnLoop
public interface HttpExchange {
    /** The loop's index. */
    int loop();

    /** The client's address, after trusted proxies. */
    InetSocketAddress client();

    /** What was agreed with the client in TLS, with the certificate it has shown; empty if it speaks in the clear. */
    default Optional<TlsSession> tls() {
        return Optional.empty();
    }

    /** The frontend's name. */
    String frontend();

    /** The routing rule's name; empty for the default group. */
    String route();

    /** The backend that serves; null before one was picked. */
    Backend backend();

    /** When the request's first byte came; {@link io.leba.spi.TimeSource#nanos()}. */
    long startNanos();

    /** The status sent to the client; 0 before. */
    int status();

    /** Keeps something for this exchange; {@code owner} is the key, usually the filter itself. Replaces; null removes. */
    void attach(Object owner, Object value);

    /** What was kept under the key, or null. */
    Object attachment(Object owner);
}
