package io.leba.kernel.generation;

import io.leba.kernel.transport.tls.ClientTlsSettings;
import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.leba.kernel.transport.tls.TlsEngine;
import io.leba.kernel.transport.tls.TlsTerms;
import io.leba.kernel.transport.tls.TlsTerms.Version;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;
import io.leba.spi.config.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** TLS with backends: {@code tls} of a group whose protocol is a secure one. */
@Doc(
        "TLS with the backends of a group whose protocol is a secure one (`https`). Files that change on disk are taken over within seconds.")
public record BackendTlsConfig(
        @Doc(
                "Whether backends have to prove by their certificate that they are who they are called. `false` keeps secrets from listeners, not from impostors, and is said in the log.")
        @Default("true")
        boolean verify,

        @Doc(
                "PEM file with the certificate authorities whose backends are believed. Default: those that the Java installation trusts.")
        Optional<Path> caFile,

        @Doc(
                value =
                        "Name that is asked for (SNI) and that their certificates have to bear. Default: each backend's `address`.",
                example = "app.internal")
        @Matches(value = "[A-Za-z0-9._-]+", expected = "a host name")
        Optional<String> sni,

        @Doc("PEM file with the certificate chain that LEBA shows to backends that ask for one, leaf first.")
        Optional<Path> certFile,

        @Doc("PEM file with its private key, not encrypted.")
        Optional<Path> keyFile,

        @Doc("Oldest version spoken: `1.2` or `1.3`.")
        @Default("\"1.2\"")
        @Matches(value = "(TLSv?)?1\\.[23]", expected = "1.2 or 1.3")
        String minVersion,

        @Doc(
                "Cipher suites of TLS 1.2 by their IANA names, the preferred one first. Default: ECDHE with AES-GCM and ChaCha20-Poly1305.")
        List<String> ciphers,

        @Doc("Who does the cryptography: `boringssl`, `jdk`, or `auto`.") @Default("auto")
        TlsEngine engine,

        Position position) {
    /** Requires what belongs together. */
    public BackendTlsConfig {
        if (certFile.isPresent() != keyFile.isPresent()) {
            throw new InvalidConfig(
                    certFile.isEmpty() ? "cert_file" : "key_file",
                    "cert_file and key_file go together; name both, or none");
        }
        if (!verify && caFile.isPresent()) {
            throw new InvalidConfig("ca_file", "has no effect while verify is false; remove one of them");
        }
    }

    /** The same for whoever speaks it. */
    ClientTlsSettings settings() {
        return new ClientTlsSettings(
                verify,
                caFile,
                sni,
                certFile.map(file -> new CertificateFiles(file, keyFile.orElseThrow(), Optional.empty())),
                new TlsTerms(engine, version(minVersion), ciphers));
    }

    static Version version(String written) {
        return written.endsWith("1.3") ? Version.TLS_1_3 : Version.TLS_1_2;
    }
}
