package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority, what it signs, and the files that come of it; made anew for each test, so that nothing expires. */
final class Pki {
    private static final String SUBJECT_ALTERNATIVE_NAMES = "2.5.29.17";

    private final Path folder;
    final X509Bundle authority;

    Pki(Path folder, String name) throws Exception {
        this.folder = folder;
        this.authority = new CertificateBuilder()
                .subject("CN=" + name)
                .setIsCertificateAuthority(true)
                .setKeyUsage(
                        true,
                        CertificateBuilder.KeyUsage.keyCertSign,
                        CertificateBuilder.KeyUsage.cRLSign,
                        CertificateBuilder.KeyUsage.digitalSignature)
                .buildSelfSigned();
    }

    /** A certificate for a server. */
    X509Bundle server(Algorithm algorithm, String... names) throws Exception {
        CertificateBuilder builder = new CertificateBuilder()
                .subject("CN=" + names[0] + ",OU=" + algorithm)
                .algorithm(algorithm);
        // The builder's own method takes no wildcards.
        byte[] alternatives = new GeneralNames(Arrays.stream(names)
                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new))
                .getEncoded();
        return builder.addExtensionOctetString(SUBJECT_ALTERNATIVE_NAMES, false, alternatives)
                .buildIssuedBy(authority);
    }

    X509Bundle client(String subject) throws Exception {
        return new CertificateBuilder()
                .subject(subject)
                .addSanDnsName("client.test")
                .addSanUriName("spiffe://test/client")
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(authority);
    }

    Path authorityFile() throws IOException {
        return Files.writeString(
                folder.resolve("ca-" + name(authority.getCertificate()) + ".pem"), authority.getCertificatePEM());
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName().replaceAll("[^A-Za-z0-9]", "_");
    }

    /** Writes a certificate with its chain, and its key, over what has that name. */
    CertificateFiles files(String name, X509Bundle bundle) throws IOException {
        Path certificate = folder.resolve(name + ".pem");
        Path key = folder.resolve(name + "-key.pem");
        Files.writeString(certificate, bundle.getCertificatePathPEM() + authority.getCertificatePEM());
        Files.writeString(key, bundle.getPrivateKeyPEM());
        return new CertificateFiles(certificate, key, Optional.empty());
    }

    /** A list of what was revoked. */
    Path revoked(String name, Instant until, BigInteger... serials) throws Exception {
        Instant now = Instant.now();
        JcaX509v2CRLBuilder builder =
                new JcaX509v2CRLBuilder(authority.getCertificate(), Date.from(now.minus(Duration.ofDays(2))));
        builder.setNextUpdate(Date.from(until));
        for (BigInteger serial : serials) {
            builder.addCRLEntry(serial, Date.from(now.minusSeconds(60)), CRLReason.keyCompromise);
        }
        PrivateKey key = authority.getKeyPair().getPrivate();
        byte[] der = new JcaX509CRLConverter()
                .getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)))
                .getEncoded();
        StringWriter pem = new StringWriter();
        pem.append("-----BEGIN X509 CRL-----\n")
                .append(java.util.Base64.getMimeEncoder().encodeToString(der))
                .append("\n-----END X509 CRL-----\n");
        return Files.writeString(folder.resolve(name), pem.toString());
    }

    /** A client of the JDK that believes this authority, and shows a certificate if it has one. */
    SSLContext javaClient(X509Bundle... own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManagerFactory trust = authority.toTrustManagerFactory();
        KeyManagerFactory keys = null;
        if (own.length > 0) {
            KeyStore store = own[0].toKeyStore(new char[0]);
            keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
        }
        context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
        return context;
    }
}
