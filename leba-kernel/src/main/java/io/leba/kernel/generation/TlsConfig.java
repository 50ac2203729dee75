package io.leba.kernel.generation;

import io.leba.kernel.transport.tls.ServerTlsSettings.ClientAuthentication;
import io.leba.kernel.transport.tls.TlsEngine;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Position;
import io.leba.spi.config.Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** TLS with clients: {@code tls_config}, and {@code tls} of a frontend. */
@Doc(
        "TLS with clients. Files that change on disk are taken over within seconds, without a reload and without touching a"
                + " connection; one that cannot be used is told in the log, and what was read before serves on.")
public record TlsConfig(
        @Doc("Whether TLS is spoken.") @Default("true") boolean enabled,

        @Doc(
                "PEM file with the certificate chain, leaf first. It is the default: shown to clients that ask for no name, or for one of no certificate.")
        Optional<Path> certFile,

        @Doc("PEM file with the private key (PKCS #8, PKCS #1 or SEC 1), not encrypted.")
        Optional<Path> keyFile,

        @Doc("DER file with an OCSP response for `cert_file`, which is stapled to it as long as it is valid.")
        Optional<Path> ocspFile,

        @Doc(
                value =
                        "Further certificates. A client gets the one with the name that it asks for (SNI), exact names before wildcards; of several for one name, ECDSA before RSA if it can verify that. Without `cert_file` the first one is the default.",
                example = "[{cert_file: shop.pem, key_file: shop-key.pem}]")
        List<CertificateConfig> certificates,

        @Doc(
                "Refuses clients that ask for no name, or for one of no certificate (`unrecognized_name`), instead of showing them the default.")
        @Default("false")
        boolean strictSni,

        @Doc(value = "Oldest version spoken: `1.2` or `1.3`.", example = "1.3")
        @Default("\"1.2\"")
        @Matches(value = "(TLSv?)?1\\.[23]", expected = "1.2 or 1.3")
        String minVersion,

        @Doc(
                value =
                        "Cipher suites of TLS 1.2 by their IANA names, the preferred one first; those of TLS 1.3 are fixed. Default: ECDHE with AES-GCM and ChaCha20-Poly1305.",
                example = "[TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]")
        List<String> ciphers,

        @Doc(
                value = "What ALPN offers, the preferred one first. Default: all that the protocol can do.",
                example = "[http/1.1]")
        List<String> alpn,

        @Doc(
                "Who does the cryptography: `boringssl`, the JDK (`jdk`), or `auto`: BoringSSL where its native library is installed, else the JDK.")
        @Default("auto")
        TlsEngine engine,

        @Doc(
                "Whether clients have to show a certificate: `none` are asked, `optional` (who shows one shows a good one), `required`.")
        @Default("none")
        ClientAuthentication clientAuth,

        @Doc("PEM file with the certificate authorities whose clients are let in.")
        Optional<Path> clientCaFile,

        @Doc(
                "PEM file with the lists of certificates that those authorities have revoked (CRL). There has to be one, not too old, for each authority between a client and `client_ca_file`: else the client is refused.")
        Optional<Path> crlFile,

        @Doc("How clients resume sessions.") @Default("{}") TicketConfig sessionTickets,

        @Doc("How long a handshake may take, from the connection on. Then it is closed.")
        @Default("10s")
        @Range(min = "100ms", max = "5m")
        Duration handshakeTimeout,

        @Doc("Handshakes under way at once on each event loop. Connections beyond it are closed.")
        @Default("4096")
        @Range(min = "1", max = "1000000")
        int maxHandshakes,

        Position position) {
    /** Requires what belongs together. */
    public TlsConfig {
        if (certFile.isPresent() != keyFile.isPresent() || enabled && certFile.isEmpty() && certificates.isEmpty()) {
            throw new InvalidConfig(
                    certFile.isEmpty() ? "cert_file" : "key_file",
                    enabled
                            ? "required while enabled; name a PEM file, or set enabled: false"
                            : "cert_file and key_file go together; name both, or none");
        }
        if (ocspFile.isPresent() && certFile.isEmpty()) {
            throw new InvalidConfig(
                    "ocsp_file", "is about cert_file, which is not set; write it beside its certificate");
        }
        if (clientAuth != ClientAuthentication.NONE && clientCaFile.isEmpty()) {
            throw new InvalidConfig(
                    "client_ca_file",
                    "required with client_auth; name the PEM file of who signs the clients' certificates");
        }
        if (clientAuth == ClientAuthentication.NONE && (clientCaFile.isPresent() || crlFile.isPresent())) {
            throw new InvalidConfig(
                    clientCaFile.isPresent() ? "client_ca_file" : "crl_file",
                    "has no effect while client_auth is none; set client_auth: required or optional, or remove it");
        }
    }

    /**
     * One of several certificates.
     *
     * @param certFile PEM
     * @param keyFile PEM
     * @param ocspFile DER
     */
    @Doc("A certificate with its key.")
    public record CertificateConfig(
            @Doc("PEM file with the certificate chain, leaf first.")
            Path certFile,

            @Doc("PEM file with the private key, not encrypted.")
            Path keyFile,

            @Doc("DER file with an OCSP response for it, which is stapled as long as it is valid.")
            Optional<Path> ocspFile) {}

    /**
     * Session tickets.
     *
     * @param enabled whether any are given
     * @param lifetime how long one is taken
     * @param rotation how long a key makes new ones
     */
    @Doc(
            "Session tickets: a client that comes back skips most of the handshake. The keys are made at random, stay in memory, and outlive reloads.")
    public record TicketConfig(
            @Doc("Whether clients get tickets.") @Default("true")
            boolean enabled,

            @Doc("How long a ticket is taken.") @Default("12h") @Range(min = "1m", max = "7d")
            Duration lifetime,

            @Doc(
                    "How long a key makes new tickets. Then there is a new one, and the old one still reads its own for `lifetime`.")
            @Default("4h")
            @Range(min = "1m", max = "7d")
            Duration rotation) {}
}
