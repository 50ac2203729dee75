package io.leba.spi.auth;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What a caller presents.
 *
 * @param authorization the value of the {@code Authorization} field, if any (RFC 9110 §11.6.2)
 * @param certificates the verified client certificate chain, leaf first; empty without mutual TLS
 * @param client the caller's address, after trusted proxies
 */
public record Credentials(Optional<String> authorization, List<X509Certificate> certificates, InetAddress client) {
    /** Never shows the secret. */
    @Override
    public String toString() {
        return "Credentials[client=" + client + ", authorization=" + (authorization.isPresent() ? "present" : "none")
                + ", certificates=" + certificates.size() + "]";
    }
}
