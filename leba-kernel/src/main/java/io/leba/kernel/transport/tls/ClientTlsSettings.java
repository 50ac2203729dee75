package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How TLS is spoken with the backends of a group.
 *
 * @param verify whether they have to prove who they are
 * @param authorities PEM: whose certificates are believed; empty: those that the Java installation trusts
 * @param serverName what they are called and have to prove; empty: each by the host name of its address
 * @param identity what LEBA shows when it is asked; empty: nothing
 * @param terms versions and cipher suites
 */
public record ClientTlsSettings(
        boolean verify,
        Optional<Path> authorities,
        Optional<String> serverName,
        Optional<CertificateFiles> identity,
        TlsTerms terms) {
    /** As when nothing is said. */
    public static final ClientTlsSettings DEFAULT =
            new ClientTlsSettings(true, Optional.empty(), Optional.empty(), Optional.empty(), TlsTerms.DEFAULT);
}
