package io.leba.kernel.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefreshTest {
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

    private BigInteger shown() throws Exception {
        SSLContext fresh = pki.javaClient();
        return server.call(fresh, "shop.test").getSerialNumber();
    }

    @Test
    void aRenewedCertificateIsShownToNewClientsAndOldOnesGoOn() throws Exception {
        server.serve(TlsServer.settings(shop));
        BigInteger first = shown();
        String fingerprint = server.tls.fingerprint();
        try (SSLSocket standing = server.open(pki.javaClient(), "shop.test", parameters -> {})) {
            TlsServer.echo(standing, 100);
            pki.files("shop", pki.server(Algorithm.ecp256, "shop.test"));
            assertEquals(first, shown(), "nobody has looked yet");
            server.tls.refresh();
            assertNotEquals(first, shown());
            assertNotEquals(fingerprint, server.tls.fingerprint());
            TlsServer.echo(standing, 100_000);
        }
    }

    @Test
    void aBrokenFileChangesNothingUntilItIsMended() throws Exception {
        server.serve(TlsServer.settings(shop));
        BigInteger first = shown();
        Files.writeString(shop.certificate(), "-----BEGIN CERTIFICATE-----\nhalf");
        server.tls.refresh();
        server.tls.refresh();
        server.tls.refresh();
        assertEquals(first, shown());

        pki.files("shop", pki.server(Algorithm.rsa2048, "shop.test"));
        server.tls.refresh();
        assertNotEquals(first, shown());
    }

    @Test
    void aKeyThatIsWrittenAfterItsCertificateIsWaitedFor() throws Exception {
        server.serve(TlsServer.settings(shop));
        BigInteger first = shown();
        String oldKey = Files.readString(shop.key());
        pki.files("shop", pki.server(Algorithm.ecp256, "shop.test"));
        String newKey = Files.readString(shop.key());
        Files.writeString(shop.key(), oldKey);
        server.tls.refresh();
        assertEquals(first, shown());
        Files.writeString(shop.key(), newKey);
        server.tls.refresh();
        assertNotEquals(first, shown());
    }

    @Test
    void theSameSettingsOverTheSameFilesAreTheSame() throws Exception {
        server.serve(TlsServer.settings(shop));
        ServerTls before = server.tls;
        server.serve(TlsServer.settings(shop));
        assertSame(before, server.tls);
    }
}
