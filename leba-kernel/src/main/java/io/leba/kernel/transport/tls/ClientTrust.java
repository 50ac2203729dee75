package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.tls.ServerTlsSettings.Clients;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CRL;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Which clients' certificates are believed.
 *
 * @param manager judges them
 * @param digest tells one set of authorities and revocations from another
 * @param staleRevocations the issuers whose lists of revocations are too old to be used
 */
record ClientTrust(X509ExtendedTrustManager manager, byte[] digest, List<String> staleRevocations) {
    /**
     * Reads the files.
     *
     * @throws IOException if one cannot be read or used, with the file and what is wrong
     */
    static ClientTrust read(Clients clients, Instant now) throws IOException {
        if (clients.authorities().isEmpty()) {
            return new ClientTrust(new Nobody(), new byte[0], List.of());
        }
        Path file = clients.authorities().get();
        X509Certificate[] authorities = PemIdentity.certificates(file);
        for (X509Certificate authority : authorities) {
            if (authority.getBasicConstraints() < 0) {
                throw new IOException(file + ": '" + authority.getSubjectX500Principal()
                        + "' is no certificate authority; name the file of those that sign the clients' certificates");
            }
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Set<TrustAnchor> anchors = new HashSet<>();
            for (X509Certificate authority : authorities) {
                anchors.add(new TrustAnchor(authority, null));
                digest.update(authority.getEncoded());
            }
            List<X509CRL> lists = new ArrayList<>();
            List<String> stale = new ArrayList<>();
            if (clients.revoked().isPresent()) {
                for (X509CRL list : revocations(clients.revoked().get())) {
                    lists.add(list);
                    digest.update(list.getEncoded());
                    if (list.getNextUpdate() != null
                            && list.getNextUpdate().toInstant().isBefore(now)) {
                        stale.add(list.getIssuerX500Principal() + " (valid until "
                                + list.getNextUpdate().toInstant() + ")");
                    }
                }
            }
            return new ClientTrust(manager(anchors, lists), digest.digest(), List.copyOf(stale));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private static Collection<X509CRL> revocations(Path file) throws IOException {
        List<X509CRL> lists = new ArrayList<>();
        try {
            Collection<? extends CRL> read = CertificateFactory.getInstance("X.509")
                    .generateCRLs(new ByteArrayInputStream(PemIdentity.bytes(file)));
            for (CRL one : read) {
                lists.add((X509CRL) one);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": is no list of revocations in PEM or DER form: " + e.getMessage(), e);
        }
        if (lists.isEmpty()) {
            throw new IOException(file + ": holds no list of revocations; expected PEM with BEGIN X509 CRL");
        }
        return lists;
    }

    /** The JDK's (RFC 5280 §6); with lists, a certificate of which none tells is not believed. */
    private static X509ExtendedTrustManager manager(Set<TrustAnchor> anchors, List<X509CRL> lists)
            throws GeneralSecurityException {
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.setRevocationEnabled(!lists.isEmpty());
        if (!lists.isEmpty()) {
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
            PKIXRevocationChecker checker =
                    (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
            checker.setOptions(
                    EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
            parameters.addCertPathChecker(checker);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("the JDK has no judge of certificates");
    }

    /** The files looked at. */
    static List<Path> files(Clients clients) {
        List<Path> files = new ArrayList<>();
        clients.authorities().ifPresent(files::add);
        clients.revoked().ifPresent(files::add);
        return files;
    }

    /** Believes nobody; where nobody is asked, it need not read the JDK's authorities. */
    private static final class Nobody extends X509ExtendedTrustManager {
        private static void refuse() throws CertificateException {
            throw new CertificateException("no client is asked for a certificate here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            refuse();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            refuse();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            refuse();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            refuse();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            refuse();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            refuse();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
