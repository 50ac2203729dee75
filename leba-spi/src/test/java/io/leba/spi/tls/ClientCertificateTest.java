package io.leba.spi.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is expected of client.pem was said by OpenSSL. */
class ClientCertificateTest {
    private final X509Certificate own = read("client.pem");
    private final ClientCertificate certificate = new ClientCertificate(List.of(own));

    private static X509Certificate read(String file) {
        try (InputStream in = ClientCertificateTest.class.getResourceAsStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | CertificateException e) {
            throw new IllegalStateException(file, e);
        }
    }

    @Test
    void saysWhoTheClientIs() {
        assertEquals("CN=orders,O=Example", certificate.subject());
        assertEquals("CN=orders,O=Example", certificate.issuer());
        assertEquals("a1b2c", certificate.serial());
        assertEquals("CN=orders,O=Example", certificate.toString());
    }

    @Test
    void givesAlternativeNamesByKindInTheirOrder() {
        assertEquals(List.of("orders.example.com", "*.example.com"), certificate.dnsNames());
        assertEquals(List.of("spiffe://example.com/orders"), certificate.uris());
        assertEquals(List.of("ops@example.com"), certificate.emails());
        assertEquals(List.of("192.0.2.7", "2001:db8:0:0:0:0:0:7"), certificate.addresses());
    }

    @Test
    void fingerprintsTheCertificateAndItsKey() throws CertificateException {
        assertEquals("da9647b5ae732eebe79f97a6aaaca2bbe99d326f5865c0ea0d6351924d6e8b66", certificate.fingerprint());
        assertEquals("74fe759819097eb1749e85b3c56e54cc77033cdfe0afae669b9eacf6ff11c291", certificate.keyFingerprint());
        assertArrayEquals(own.getEncoded(), certificate.der());
    }

    @Test
    void theKeysFingerprintOutlivesARenewalWithTheSameKey() {
        ClientCertificate renewed = new ClientCertificate(List.of(read("plain.pem")));

        assertEquals(certificate.keyFingerprint(), renewed.keyFingerprint());
        assertEquals(64, renewed.fingerprint().length());
    }

    @Test
    void hasNoAlternativeNamesWhereThereAreNone() {
        ClientCertificate plain = new ClientCertificate(List.of(read("plain.pem")));

        assertEquals(List.of(), plain.dnsNames());
        assertEquals(List.of(), plain.addresses());
    }

    @Test
    void keepsWhatTheClientSentAlongBehindItsOwn() {
        X509Certificate other = read("plain.pem");
        ClientCertificate chained = new ClientCertificate(List.of(own, other));

        assertEquals(own, chained.x509());
        assertEquals(List.of(own, other), chained.chain());
    }
}
