package io.leba.spi.tls;

import io.leba.spi.OnLoop;
import java.util.Optional;

/** What was agreed with a client in the handshake. Read on the connection's loop; nothing is parsed before it is asked for. */
@OnLoop
public interface TlsSession {
    /** {@code TLSv1.3} or {@code TLSv1.2}. */
    String version();

    /** The cipher suite by its IANA name, {@code TLS_AES_128_GCM_SHA256}. */
    String cipher();

    /** The name that the client asked for (server_name, RFC 6066 §3), in lower case; empty if it asked for none. */
    String serverName();

    /** What ALPN agreed on (RFC 7301), {@code h2}; empty if nothing. */
    String applicationProtocol();

    /** The certificate that the client has proven to hold, verified with the frontend's CA; empty if it showed none. */
    Optional<ClientCertificate> clientCertificate();
}
