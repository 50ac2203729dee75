package io.leba.kernel.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.leba.kernel.transport.tls.ServerTlsSettings.ClientAuthentication;
import io.leba.kernel.transport.tls.ServerTlsSettings.Clients;
import io.leba.kernel.transport.tls.ServerTlsSettings.Tickets;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumptionTest {
    @TempDir
    private Path folder;

    private final TlsServer server = new TlsServer();
    private Pki pki;
    private SSLContext client;
    private CertificateFiles shop;
    private CertificateFiles other;
    private String version = "TLSv1.3";

    @BeforeEach
    void make() throws Exception {
        pki = new Pki(folder, "Root");
        client = pki.javaClient();
        shop = pki.files("shop", pki.server(Algorithm.ecp256, "shop.test"));
        other = pki.files("other", pki.server(Algorithm.ecp256, "other.test"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private boolean isResumed() throws Exception {
        server.call(client, "shop.test", parameters -> parameters.setProtocols(new String[] {version}));
        return server.resumed.poll(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatComesBackResumesOnAnyLoopAndAfterTheCertificateWasRenewed(String spoken) throws Exception {
        version = spoken;
        server.serve(TlsServer.settings(shop));

        assertFalse(isResumed());
        assertTrue(isResumed());
        assertTrue(isResumed(), "the loops take turns");

        pki.files("shop", pki.server(Algorithm.ecp256, "shop.test"));
        server.tls.refresh();
        assertTrue(isResumed(), "the keys outlive what is read again");
        ServerTls before = server.tls;
        server.serve(TlsServer.settings(shop, other));
        assertFalse(before == server.tls);
        assertTrue(isResumed(), "and a reload");
    }

    @Test
    void aKeyIsReplacedInTimeAndForgottenLater() throws Exception {
        server.serve(TlsServer.settings(shop));
        assertFalse(isResumed());

        server.time.ahead = Tickets.DEFAULT.rotation().plusMinutes(1);
        server.tls.refresh();
        assertTrue(isResumed(), "the old key still reads its tickets; the client has got one of the new key");

        server.time.ahead = server.time.ahead.plus(Tickets.DEFAULT.rotation()).plusMinutes(1);
        server.tls.refresh();
        assertTrue(isResumed());

        server.time.ahead = server.time.ahead.plus(Duration.ofDays(3));
        server.tls.refresh();
        assertFalse(isResumed(), "all keys that the client has tickets of are gone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void withoutTicketsNobodyResumes(String spoken) throws Exception {
        version = spoken;
        ServerTlsSettings of = TlsServer.settings(shop);
        server.serve(new ServerTlsSettings(
                of.certificates(),
                false,
                of.terms(),
                of.applicationProtocols(),
                List.of(),
                of.clients(),
                new Tickets(false, Duration.ofHours(1), Duration.ofHours(1)),
                of.handshakes()));

        assertFalse(isResumed());
        assertFalse(isResumed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aTicketFromBeforeCertificatesWereRequiredLetsNobodyIn(String spoken) throws Exception {
        version = spoken;
        server.serve(TlsServer.settings(shop));
        assertFalse(isResumed());
        assertTrue(isResumed());

        server.serve(TlsServer.asking(
                TlsServer.settings(shop),
                new Clients(ClientAuthentication.REQUIRED, Optional.of(pki.authorityFile()), Optional.empty())));
        assertThrows(IOException.class, this::isResumed);
    }

    @Test
    void aResumedClientIsStillKnownByItsCertificate() throws Exception {
        client = pki.javaClient(pki.client("CN=orders"));
        server.serve(TlsServer.asking(
                TlsServer.settings(shop),
                new Clients(ClientAuthentication.REQUIRED, Optional.of(pki.authorityFile()), Optional.empty())));

        assertFalse(isResumed());
        assertTrue(isResumed());
        assertEquals("CN=orders", server.clients.poll(30, TimeUnit.SECONDS));
        assertEquals("CN=orders", server.clients.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void aClientThatHasBeenRevokedSinceIsNotLetInByItsTicket() throws Exception {
        var bundle = pki.client("CN=orders");
        client = pki.javaClient(bundle);
        Path list = pki.revoked("revoked.pem", java.time.Instant.now().plus(Duration.ofDays(1)));
        server.serve(TlsServer.asking(
                TlsServer.settings(shop),
                new Clients(ClientAuthentication.REQUIRED, Optional.of(pki.authorityFile()), Optional.of(list))));
        assertFalse(isResumed());
        assertTrue(isResumed());

        pki.revoked(
                "revoked.pem",
                java.time.Instant.now().plus(Duration.ofDays(1)),
                bundle.getCertificate().getSerialNumber());
        server.tls.refresh();
        assertThrows(IOException.class, this::isResumed);
    }
}
