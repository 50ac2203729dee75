package io.leba.kernel.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.leba.kernel.transport.tls.ServerTlsSettings.ClientAuthentication;
import io.leba.kernel.transport.tls.ServerTlsSettings.Clients;
import io.leba.spi.tls.ClientCertificate;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientCertificateTest {
    @TempDir
    private Path folder;

    private final TlsServer server = new TlsServer();
    private Pki pki;
    private CertificateFiles shop;

    @BeforeEach
    void make() throws Exception {
        pki = new Pki(folder, "Root");
        shop = pki.files("shop", pki.server(Algorithm.ecp256, "shop.test"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ServerTlsSettings asking(ClientAuthentication auth, TlsEngine engine, Optional<Path> revoked)
            throws IOException {
        return TlsServer.terms(
                TlsServer.asking(
                        TlsServer.settings(shop), new Clients(auth, Optional.of(pki.authorityFile()), revoked)),
                new TlsTerms(engine, TlsTerms.Version.TLS_1_2, List.of()));
    }

    private String seen(X509Bundle... own) throws Exception {
        server.clients.clear();
        server.call(pki.javaClient(own), "shop.test");
        return server.clients.poll(30, TimeUnit.SECONDS);
    }

    /** One that this authority has signed for a client, and one that another has. */
    private X509Bundle foreign() throws Exception {
        return new Pki(Files.createDirectories(folder.resolve("foreign")), "Other").client("CN=stranger");
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsEngine.class,
            names = {"BORINGSSL", "JDK"})
    void requiredLetsInWhoShowsAGoodOne(TlsEngine engine) throws Exception {
        server.serve(asking(ClientAuthentication.REQUIRED, engine, Optional.empty()));

        assertEquals("CN=orders", seen(pki.client("CN=orders")));
        assertThrows(IOException.class, this::seen, "none");
        assertThrows(IOException.class, () -> seen(foreign()), "another authority's");
        assertThrows(IOException.class, () -> seen(expired()), "an old one");
    }

    private X509Bundle expired() throws Exception {
        return new io.netty.pkitesting.CertificateBuilder()
                .subject("CN=late")
                .notBefore(Instant.now().minus(Duration.ofDays(9)))
                .notAfter(Instant.now().minus(Duration.ofDays(1)))
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(pki.authority);
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsEngine.class,
            names = {"BORINGSSL", "JDK"})
    void optionalLetsInWhoShowsNoneAndRefusesABadOne(TlsEngine engine) throws Exception {
        server.serve(asking(ClientAuthentication.OPTIONAL, engine, Optional.empty()));

        assertEquals("", seen());
        assertEquals("CN=orders", seen(pki.client("CN=orders")));
        assertThrows(IOException.class, () -> seen(expired()));
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsEngine.class,
            names = {"BORINGSSL", "JDK"})
    void theRevokedAreRefusedAndTheOthersAreNot(TlsEngine engine) throws Exception {
        X509Bundle revoked = pki.client("CN=revoked");
        Path list = pki.revoked(
                "list.pem",
                Instant.now().plus(Duration.ofDays(1)),
                revoked.getCertificate().getSerialNumber());
        server.serve(asking(ClientAuthentication.REQUIRED, engine, Optional.of(list)));

        assertEquals("CN=orders", seen(pki.client("CN=orders")));
        assertThrows(IOException.class, () -> seen(revoked));
    }

    @Test
    void aListThatIsTooOldLetsNobodyIn() throws Exception {
        Path list = pki.revoked("list.pem", Instant.now().minus(Duration.ofHours(1)));
        server.serve(asking(ClientAuthentication.REQUIRED, TlsEngine.AUTO, Optional.of(list)));

        assertThrows(IOException.class, () -> seen(pki.client("CN=orders")));
    }

    @Test
    void filesThatCannotBeUsedAreNamed() throws Exception {
        Path junk = Files.writeString(folder.resolve("junk.pem"), "junk");
        Path leaf = shop.certificate();
        X509Bundle server1 = pki.server(Algorithm.ecp256, "leaf.test");
        Path onlyLeaf = Files.writeString(folder.resolve("leaf.pem"), server1.getCertificatePEM());

        assertTrue(refusal(Optional.of(junk), Optional.empty()).startsWith(junk + ": is no certificate in PEM form"));
        assertEquals(
                onlyLeaf
                        + ": 'CN=leaf.test, OU=ecp256' is no certificate authority; name the file of those that sign the"
                        + " clients' certificates",
                refusal(Optional.of(onlyLeaf), Optional.empty()));
        String noList = refusal(Optional.of(pki.authorityFile()), Optional.of(leaf));
        assertTrue(noList.startsWith(leaf + ": is no list of revocations in PEM or DER form"), noList);
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        assertEquals(
                empty + ": holds no list of revocations; expected PEM with BEGIN X509 CRL",
                refusal(Optional.of(pki.authorityFile()), Optional.of(empty)));
    }

    private String refusal(Optional<Path> authorities, Optional<Path> revoked) {
        ServerTlsSettings wanted = TlsServer.asking(
                TlsServer.settings(shop), new Clients(ClientAuthentication.REQUIRED, authorities, revoked));
        return assertThrows(IOException.class, () -> server.serve(wanted)).getMessage();
    }

    @Test
    void aCertificateTellsWhoseItIs() throws Exception {
        X509Bundle bundle = new io.netty.pkitesting.CertificateBuilder()
                .subject("CN=orders,O=Example")
                .serial(java.math.BigInteger.valueOf(0xabcdef))
                .addSanDnsName("orders.test")
                .addSanUriName("spiffe://test/orders")
                .addSanRfc822Name("orders@example.test")
                .addSanIpAddress("2001:db8::1")
                .buildIssuedBy(pki.authority);
        ClientCertificate certificate = new ClientCertificate(List.of(bundle.getCertificate()));

        assertEquals("CN=orders,O=Example", certificate.subject());
        assertEquals("CN=Root", certificate.issuer());
        assertEquals("abcdef", certificate.serial());
        assertEquals(List.of("orders.test"), certificate.dnsNames());
        assertEquals(List.of("spiffe://test/orders"), certificate.uris());
        assertEquals(List.of("orders@example.test"), certificate.emails());
        assertEquals(List.of("2001:db8:0:0:0:0:0:1"), certificate.addresses());
        assertEquals(
                java.util.HexFormat.of()
                        .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                                .digest(bundle.getCertificate().getEncoded())),
                certificate.fingerprint());
        X509Bundle renewed = new io.netty.pkitesting.CertificateBuilder()
                .subject("CN=orders")
                .keyPair(bundle.getKeyPair())
                .buildIssuedBy(pki.authority);
        ClientCertificate again = new ClientCertificate(List.of(renewed.getCertificate()));
        assertEquals(certificate.keyFingerprint(), again.keyFingerprint());
        assertEquals(64, again.keyFingerprint().length());
    }
}
