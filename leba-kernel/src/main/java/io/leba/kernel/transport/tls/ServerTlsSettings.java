package io.leba.kernel.transport.tls;

import io.netty.handler.ssl.ClientAuth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How TLS is spoken with clients. Equal settings over equal files make the same thing.
 *
 * @param certificates at least one; the first is the default
 * @param strictSni whether clients that ask for no name, or one of no certificate, are refused
 * @param terms versions and cipher suites
 * @param applicationProtocols what ALPN offers, the preferred one first; empty: no ALPN
 * @param quicProtocols the same inside QUIC; empty: it is not spoken
 * @param clients what is wanted of clients
 * @param tickets how sessions are resumed
 * @param handshakes what a handshake may take
 */
public record ServerTlsSettings(
        List<CertificateFiles> certificates,
        boolean strictSni,
        TlsTerms terms,
        List<String> applicationProtocols,
        List<String> quicProtocols,
        Clients clients,
        Tickets tickets,
        Handshakes handshakes) {
    /**
     * A certificate on disk.
     *
     * @param certificate PEM: the certificate, then those that lead to a root
     * @param key PEM: its private key
     * @param ocsp DER: the issuer's word that it is not revoked; empty: nothing is stapled
     */
    public record CertificateFiles(Path certificate, Path key, Optional<Path> ocsp) {}

    /**
     * Whether clients show a certificate.
     *
     * @param auth who has to
     * @param authorities PEM: whose certificates are believed; present unless nobody is asked
     * @param revoked PEM: what those have revoked
     */
    public record Clients(ClientAuthentication auth, Optional<Path> authorities, Optional<Path> revoked) {
        /** Nobody is asked. */
        public static final Clients ANY = new Clients(ClientAuthentication.NONE, Optional.empty(), Optional.empty());
    }

    /** Who has to show a certificate. */
    public enum ClientAuthentication {
        /** Nobody is asked for one. */
        NONE(ClientAuth.NONE),
        /** Who has none passes; one that is shown has to be good. */
        OPTIONAL(ClientAuth.OPTIONAL),
        /** Who has none is refused. */
        REQUIRED(ClientAuth.REQUIRE);

        private final ClientAuth asked;

        ClientAuthentication(ClientAuth asked) {
            this.asked = asked;
        }

        /** The same for an engine. */
        ClientAuth asked() {
            return asked;
        }
    }

    /**
     * Session tickets (RFC 8446 §4.6.1, RFC 5077).
     *
     * @param enabled whether any are given
     * @param lifetime how long one is taken
     * @param rotation how long one key makes new tickets
     */
    public record Tickets(boolean enabled, Duration lifetime, Duration rotation) {
        /** As when nothing is said. */
        public static final Tickets DEFAULT = new Tickets(true, Duration.ofHours(12), Duration.ofHours(4));
    }

    /**
     * Bounds.
     *
     * @param timeout from the connection to the end of the handshake
     * @param most under way at once on one event loop
     */
    public record Handshakes(Duration timeout, int most) {
        /** As when nothing is said. */
        public static final Handshakes DEFAULT = new Handshakes(Duration.ofSeconds(10), 4096);
    }
}
