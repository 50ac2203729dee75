package io.leba.kernel.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateChoiceTest {
    private static final Consumer<SSLParameters> RSA_ONLY = parameters -> {
        parameters.setProtocols(new String[] {"TLSv1.2"});
        parameters.setCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
    };

    @TempDir
    private Path folder;

    private final TlsServer server = new TlsServer();
    private Pki pki;
    private SSLContext client;
    private CertificateFiles shopEc;
    private CertificateFiles shopRsa;
    private CertificateFiles wild;
    private CertificateFiles exact;

    @BeforeEach
    void make() throws Exception {
        pki = new Pki(folder, "Root");
        client = pki.javaClient();
        shopRsa = pki.files("shop-rsa", pki.server(Algorithm.rsa2048, "shop.test", "www.shop.test"));
        shopEc = pki.files("shop-ec", pki.server(Algorithm.ecp256, "shop.test", "www.shop.test"));
        wild = pki.files("wild", pki.server(Algorithm.ecp256, "*.wild.test"));
        exact = pki.files("exact", pki.server(Algorithm.ecp256, "exact.wild.test"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String shown(String name, Consumer<SSLParameters> terms) throws IOException {
        X509Certificate certificate = server.call(client, name, terms);
        return certificate.getSubjectX500Principal().getName();
    }

    private String shown(String name) throws IOException {
        return shown(name, parameters -> {});
    }

    @Test
    void whoHasNotSpokenYetWhenTheSettingsChangeIsServedByThoseThatItMet() throws Exception {
        server.serve(TlsServer.settings(shopEc, wild));
        try (Socket early = server.knock()) {
            server.serve(TlsServer.strict(TlsServer.settings(exact)));
            server.passLoops();
            try (SSLSocket socket = server.open(early, client, "www.shop.test", parameters -> {})) {
                TlsServer.echo(socket, 17);
            }
        }
    }

    private static TlsTerms by(TlsEngine engine) {
        return new TlsTerms(engine, TlsTerms.Version.TLS_1_2, List.of());
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsEngine.class,
            names = {"BORINGSSL", "JDK"})
    void aClientGetsTheCertificateWithTheNameThatItAsksFor(TlsEngine engine) throws Exception {
        server.serve(TlsServer.terms(TlsServer.settings(shopEc, shopRsa, wild, exact), by(engine)));

        assertEquals("OU=ecp256,CN=shop.test", shown("www.shop.test").replaceAll("(CN=.*),(OU=.*)", "$2,$1"));
        assertTrue(shown("a.wild.test").contains("CN=*.wild.test"));
        assertTrue(shown("exact.wild.test").contains("CN=exact.wild.test"), "an exact name comes first");
        assertTrue(shown("EXACT.wild.TEST").contains("CN=exact.wild.test"), "whatever its case");
        assertTrue(shown("a.b.wild.test").contains("CN=shop.test"), "a wildcard stands for one label");
        assertTrue(shown("unknown.test").contains("CN=shop.test"), "the first one is the default");
        assertTrue(shown("").contains("CN=shop.test"), "also for those that ask for no name");
    }

    @Test
    void ofTwoForOneNameTheClientGetsTheOneThatItCanVerify() throws Exception {
        server.serve(TlsServer.settings(shopRsa, shopEc));

        assertTrue(shown("shop.test").contains("OU=ecp256"), "ECDSA costs less, and comes first");
        assertTrue(shown("shop.test", RSA_ONLY).contains("OU=rsa2048"));
        assertTrue(shown("unknown.test", RSA_ONLY).contains("OU=rsa2048"), "also by default");
        assertTrue(shown("unknown.test").contains("OU=ecp256"));
    }

    @Test
    void strictSniRefusesWhoAsksForNoneOfTheNames() throws Exception {
        server.serve(TlsServer.strict(TlsServer.settings(shopEc)));

        assertTrue(shown("shop.test").contains("CN=shop.test"));
        for (String name : List.of("unknown.test", "")) {
            IOException e = assertThrows(IOException.class, () -> shown(name));
            assertTrue(e.getMessage().contains("unrecognized_name"), e.getMessage());
        }
    }

    @Test
    void anEdwardsCurveIsServedByTheJdkAndNotByBoringSsl() throws Exception {
        CertificateFiles edwards = pki.files("edwards", pki.server(Algorithm.ed25519, "edwards.test"));
        server.serve(TlsServer.settings(shopEc, edwards));

        assertTrue(shown("edwards.test").contains("OU=ed25519"));
        ServerTlsSettings pinned = TlsServer.terms(TlsServer.settings(edwards), by(TlsEngine.BORINGSSL));
        IOException e = assertThrows(IOException.class, () -> server.serve(pinned));
        assertEquals(
                edwards.certificate()
                        + ": BoringSSL does not serve certificates with a key of EdDSA; use an RSA or EC key, or engine: auto",
                e.getMessage().replace("Ed25519", "EdDSA"));
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsEngine.class,
            names = {"BORINGSSL", "JDK"})
    void muchGetsThroughWithTheRoomInFrontThatProtocolsCountOn(TlsEngine engine) throws Exception {
        server.serve(TlsServer.terms(TlsServer.settings(shopEc), by(engine)));

        try (SSLSocket socket = server.open(client, "shop.test", parameters -> {})) {
            for (int length : new int[] {1, 100, 16_384, 16_385, 1_000_000}) {
                TlsServer.echo(socket, length);
            }
        }
    }

    @Test
    void theOldestVersionAndTheCipherSuitesAreKept() throws Exception {
        server.serve(TlsServer.terms(
                TlsServer.settings(shopEc), new TlsTerms(TlsEngine.AUTO, TlsTerms.Version.TLS_1_3, List.of())));
        assertThrows(IOException.class, () -> shown("shop.test", p -> p.setProtocols(new String[] {"TLSv1.2"})));
        assertTrue(shown("shop.test").contains("shop.test"));

        String suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
        server.serve(TlsServer.terms(
                TlsServer.settings(shopEc), new TlsTerms(TlsEngine.AUTO, TlsTerms.Version.TLS_1_2, List.of(suite))));
        try (SSLSocket socket = server.open(client, "shop.test", p -> p.setProtocols(new String[] {"TLSv1.2"}))) {
            assertEquals(suite, socket.getSession().getCipherSuite());
        }
        IOException e = assertThrows(
                IOException.class,
                () -> server.serve(TlsServer.terms(
                        TlsServer.settings(shopEc),
                        new TlsTerms(TlsEngine.AUTO, TlsTerms.Version.TLS_1_2, List.of("TLS_NULL")))));
        assertTrue(
                e.getMessage()
                        .startsWith("ciphers: 'TLS_NULL' is not known to the engine; expected some of [TLS_ECDHE_"),
                e.getMessage());
    }

    @Test
    void alpnAgreesOnWhatBothKnowAndOtherwiseOnNothing() throws Exception {
        server.serve(TlsServer.offering(TlsServer.settings(shopEc), "h2", "http/1.1"));

        for (String[] asked : new String[][] {{"http/1.1"}, {"http/1.1", "h2"}, {"spdy/1"}, {}}) {
            shown("shop.test", parameters -> parameters.setApplicationProtocols(asked));
        }
        assertEquals(List.of("http/1.1", "h2", "", ""), List.copyOf(server.agreed), "LEBA's preference counts");
    }

    @Test
    void whoDoesNotSpeakTlsIsClosed() throws Exception {
        for (ServerTlsSettings settings : List.of(
                TlsServer.settings(shopEc),
                TlsServer.settings(shopEc, wild),
                TlsServer.strict(TlsServer.settings(shopEc)))) {
            server.serve(settings);
            for (String said :
                    List.of("GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u0000\u0005\u0002\u0000\u0000\u0001\u0000")) {
                try (java.net.Socket socket = new java.net.Socket(
                        server.address().getAddress(), server.address().getPort())) {
                    socket.setSoTimeout(30_000);
                    socket.getOutputStream().write(said.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                    byte[] heard = socket.getInputStream().readAllBytes();
                    assertTrue(heard.length <= 7, "nothing but an alert");
                }
            }
        }
        assertTrue(server.resumed.isEmpty(), "no handshake came about");
    }
}
