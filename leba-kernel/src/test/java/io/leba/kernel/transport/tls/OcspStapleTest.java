package io.leba.kernel.transport.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OcspStapleTest {
    private final Instant now = Instant.now();

    @TempDir
    private Path folder;

    private Pki pki;
    private X509Bundle bundle;
    private X509Certificate[] chain;
    private Path file;

    @BeforeEach
    void make() throws Exception {
        pki = new Pki(folder, "Root");
        bundle = pki.server(Algorithm.ecp256, "shop.test");
        chain = new X509Certificate[] {bundle.getCertificate(), pki.authority.getCertificate()};
        file = folder.resolve("shop.ocsp");
    }

    private byte[] response(
            X509Bundle about,
            CertificateStatus status,
            Instant from,
            Instant until,
            KeyPair signer,
            X509Bundle... helper)
            throws Exception {
        DigestCalculator digest =
                new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
        BasicOCSPRespBuilder builder = new JcaBasicOCSPRespBuilder(signer.getPublic(), digest);
        CertificateID id = new CertificateID(
                digest,
                new JcaX509CertificateHolder(pki.authority.getCertificate()),
                about.getCertificate().getSerialNumber());
        builder.addResponse(id, status, Date.from(from), until == null ? null : Date.from(until));
        X509CertificateHolder[] certificates = new X509CertificateHolder[helper.length];
        for (int i = 0; i < helper.length; i++) {
            certificates[i] = new JcaX509CertificateHolder(helper[i].getCertificate());
        }
        BasicOCSPResp basic = builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()),
                certificates,
                Date.from(from));
        return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded();
    }

    private byte[] good() throws Exception {
        return response(
                bundle,
                CertificateStatus.GOOD,
                now.minusSeconds(60),
                now.plus(Duration.ofDays(1)),
                pki.authority.getKeyPair());
    }

    private String refusal(byte[] response) throws Exception {
        Files.write(file, response);
        return assertThrows(IOException.class, () -> OcspStaple.read(file, chain, now))
                .getMessage();
    }

    @Test
    void aGoodResponseIsStapledUntilItIsTooOld() throws Exception {
        Files.write(file, good());
        OcspStaple staple = OcspStaple.read(file, chain, now);
        assertEquals(
                now.plus(Duration.ofDays(1)).getEpochSecond(), staple.until().getEpochSecond());
        assertArrayEquals(Files.readAllBytes(file), staple.response());
        assertThrows(IOException.class, () -> OcspStaple.read(file, chain, now.plus(Duration.ofDays(2))));
    }

    @Test
    void aResponderThatTheIssuerHasNamedMaySign() throws Exception {
        X509Bundle responder = new io.netty.pkitesting.CertificateBuilder()
                .subject("CN=Responder")
                .addExtendedKeyUsageOcspSigning()
                .buildIssuedBy(pki.authority);
        Files.write(
                file,
                response(
                        bundle,
                        CertificateStatus.GOOD,
                        now.minusSeconds(60),
                        now.plusSeconds(600),
                        responder.getKeyPair(),
                        responder));
        OcspStaple.read(file, chain, now);

        X509Bundle nobody = pki.client("CN=nobody");
        assertEquals(
                file + ": the OCSP response is not signed by CN=Root",
                refusal(response(
                        bundle,
                        CertificateStatus.GOOD,
                        now.minusSeconds(60),
                        now.plusSeconds(600),
                        nobody.getKeyPair(),
                        nobody)));
    }

    @Test
    void whatMustNotBeStapledIsNotAndSaysWhy() throws Exception {
        KeyPair key = pki.authority.getKeyPair();
        Instant later = now.plus(Duration.ofDays(1));
        Instant old = now.minus(Duration.ofDays(2));
        Instant until = Instant.ofEpochSecond(now.minus(Duration.ofDays(1)).getEpochSecond());
        assertEquals(
                file + ": the OCSP response was valid until " + until + "; fetch a new one",
                refusal(response(bundle, CertificateStatus.GOOD, old, until, key)));
        assertTrue(refusal(response(bundle, CertificateStatus.GOOD, later, later.plusSeconds(60), key))
                .startsWith(file + ": the OCSP response is not valid before "));
        assertEquals(
                file + ": the OCSP response says that the certificate is revoked; replace it",
                refusal(response(bundle, new RevokedStatus(Date.from(old)), old, later, key)));
        X509Bundle another = pki.server(Algorithm.ecp256, "shop.test");
        assertEquals(
                file + ": the OCSP response is about another certificate than "
                        + bundle.getCertificate().getSerialNumber().toString(16) + " of CN=Root",
                refusal(response(another, CertificateStatus.GOOD, old, later, key)));
        assertEquals(
                file + ": the OCSP responder has refused: try later",
                refusal(new OCSPRespBuilder()
                        .build(OCSPRespBuilder.TRY_LATER, null)
                        .getEncoded()));
        assertTrue(refusal("junk".getBytes()).startsWith(file + ": is no OCSP response in DER form: "));
        byte[] whole = good();
        for (int length = 0; length < whole.length; length += 7) {
            assertTrue(refusal(Arrays.copyOf(whole, length)).startsWith(file + ": "), "cut off at " + length);
        }
    }

    @Test
    void aClientThatAsksGetsIt() throws Exception {
        Files.write(file, good());
        CertificateFiles plain = pki.files("shop", bundle);
        try (TlsServer server = new TlsServer()) {
            server.serve(TlsServer.settings(new CertificateFiles(plain.certificate(), plain.key(), Optional.of(file))));
            assertArrayEquals(Files.readAllBytes(file), stapled(server));

            server.time.ahead = Duration.ofDays(3);
            Files.write(file, good());
            server.tls.refresh();
            assertEquals(0, stapled(server).length, "what is too old is not stapled");
        }
    }

    private byte[] stapled(TlsServer server) throws Exception {
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .trustManager(pki.authority.getCertificate())
                .enableOcsp(true)
                .build();
        var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            SslHandler[] handler = new SslHandler[1];
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel made) {
                            handler[0] = context.newHandler(made.alloc(), "shop.test", 1);
                            made.pipeline().addLast(handler[0]);
                        }
                    })
                    .connect(server.address())
                    .sync()
                    .channel();
            assertTrue(handler[0].handshakeFuture().await(30, TimeUnit.SECONDS));
            byte[] response = ((ReferenceCountedOpenSslEngine) handler[0].engine()).getOcspResponse();
            channel.close().sync();
            return response == null ? new byte[0] : response;
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
            ReferenceCountUtil.release(context);
        }
    }
}
