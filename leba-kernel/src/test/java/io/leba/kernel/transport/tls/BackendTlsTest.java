package io.leba.kernel.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.transport.Dialer;
import io.leba.kernel.transport.Dialer.Peer;
import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.leba.kernel.transport.tls.ServerTlsSettings.ClientAuthentication;
import io.leba.kernel.transport.tls.ServerTlsSettings.Clients;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LEBA as the client. */
class BackendTlsTest {
    @TempDir
    private Path folder;

    private final TlsServer server = new TlsServer();
    private Pki pki;
    private CertificateFiles app;
    private ClientTls tls;

    @BeforeEach
    void make() throws Exception {
        pki = new Pki(folder, "Root");
        app = pki.files("app", pki.server(Algorithm.ecp256, "app.test"));
    }

    @AfterEach
    void stop() {
        if (tls != null) {
            tls.close();
        }
        server.close();
    }

    private static TlsTerms by(TlsEngine engine) {
        return new TlsTerms(engine, TlsTerms.Version.TLS_1_2, List.of());
    }

    private ClientTlsSettings settings(TlsEngine engine, Optional<String> name, Optional<CertificateFiles> own)
            throws IOException {
        return new ClientTlsSettings(true, Optional.of(pki.authorityFile()), name, own, by(engine));
    }

    private void use(ClientTlsSettings settings) throws IOException {
        ClientTls made = ClientTls.of("group test", settings, server.loops.loops(), Optional.ofNullable(tls));
        if (tls != null) {
            tls.close();
        }
        tls = made;
    }

    /** Says something, hears it, and gives what ALPN agreed on. */
    private String call(String host, String... offered) throws Exception {
        CompletableFuture<String> agreed = new CompletableFuture<>();
        server.loop.execute(() -> server.loops
                .dialer()
                .dial(
                        server.loop,
                        new Peer(server.address(), Optional.of(tls.towards(host, List.of(offered)))),
                        Duration.ofSeconds(5),
                        new Dialer.Dialed() {
                            @Override
                            public void connected(Channel channel) {
                                channel.pipeline().addLast(new Saying(agreed));
                            }

                            @Override
                            public void failed(Throwable cause, boolean isTimeout) {
                                agreed.completeExceptionally(cause);
                            }
                        }));
        return agreed.get(30, TimeUnit.SECONDS);
    }

    private static final class Saying extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<String> agreed;
        private int heard;

        Saying(CompletableFuture<String> agreed) {
            this.agreed = agreed;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(context.alloc().buffer().writeBytes("hello".getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            heard += bytes.readableBytes();
            boolean hasRoom = bytes.readerIndex() == Loop.READ_HEADROOM;
            bytes.release();
            if (!hasRoom) {
                agreed.completeExceptionally(new AssertionError("no room in front"));
            }
            if (heard == 5) {
                String name = TlsPipeline.applicationProtocol(context.channel());
                context.close().addListener(closed -> agreed.complete(name));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            agreed.completeExceptionally(new IOException("closed"));
        }
    }

    private String refusal(String host) {
        return assertThrows(ExecutionException.class, () -> call(host))
                .getCause()
                .getMessage();
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsEngine.class,
            names = {"BORINGSSL", "JDK"})
    void aBackendHasToProveTheNameByWhichItIsCalled(TlsEngine engine) throws Exception {
        server.serve(TlsServer.settings(app));
        use(settings(engine, Optional.empty(), Optional.empty()));
        assertEquals("", call("app.test"));
        assertEquals(
                "TLS: the certificate is for [app.test], not for 'other.test'; set tls.sni to a name that it is for",
                refusal("other.test"));

        use(settings(engine, Optional.of("app.test"), Optional.empty()));
        assertEquals("", call("10.0.0.7"), "the name that is configured counts");

        use(new ClientTlsSettings(true, Optional.empty(), Optional.empty(), Optional.empty(), by(engine)));
        String stranger = refusal("app.test");
        assertTrue(stranger.startsWith("TLS: PKIX path building failed"), stranger);

        use(new ClientTlsSettings(false, Optional.empty(), Optional.empty(), Optional.empty(), by(engine)));
        assertEquals("", call("any.test"));
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsEngine.class,
            names = {"BORINGSSL", "JDK"})
    void lebaShowsItsOwnCertificateToBackendsThatAsk(TlsEngine engine) throws Exception {
        server.serve(TlsServer.asking(
                TlsServer.settings(app),
                new Clients(ClientAuthentication.REQUIRED, Optional.of(pki.authorityFile()), Optional.empty())));
        use(settings(engine, Optional.empty(), Optional.of(pki.files("leba", pki.client("CN=leba")))));

        assertEquals("", call("app.test"));
        assertEquals("CN=leba", server.clients.poll(30, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsEngine.class,
            names = {"BORINGSSL", "JDK"})
    void alpnIsOfferedAndWhatWasAgreedOnIsTold(TlsEngine engine) throws Exception {
        server.serve(TlsServer.offering(TlsServer.settings(app), "h2", "http/1.1"));
        use(settings(engine, Optional.empty(), Optional.empty()));

        assertEquals("h2", call("app.test", "h2", "http/1.1"));
        assertEquals("http/1.1", call("app.test", "http/1.1"));
        assertEquals("", call("app.test", "other"));
        assertEquals("", call("app.test"));
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsTerms.Version.class,
            names = {"TLS_1_2", "TLS_1_3"})
    void sessionsAreResumed(TlsTerms.Version oldest) throws Exception {
        server.serve(TlsServer.settings(app));
        use(new ClientTlsSettings(
                true,
                Optional.of(pki.authorityFile()),
                Optional.empty(),
                Optional.empty(),
                new TlsTerms(TlsEngine.BORINGSSL, oldest, List.of())));

        call("app.test");
        assertFalse(server.resumed.poll(30, TimeUnit.SECONDS));
        call("app.test");
        assertTrue(server.resumed.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void filesThatHaveChangedAreTakenOverAndBrokenOnesAreNot() throws Exception {
        server.serve(TlsServer.asking(
                TlsServer.settings(app),
                new Clients(ClientAuthentication.REQUIRED, Optional.of(pki.authorityFile()), Optional.empty())));
        CertificateFiles own = pki.files("leba", pki.client("CN=first"));
        use(settings(TlsEngine.AUTO, Optional.empty(), Optional.of(own)));
        call("app.test");
        assertEquals("CN=first", server.clients.poll(30, TimeUnit.SECONDS));

        pki.files("leba", pki.client("CN=second"));
        tls.refresh();
        call("app.test");
        assertEquals("CN=second", server.clients.poll(30, TimeUnit.SECONDS));

        Files.writeString(own.certificate(), "junk");
        tls.refresh();
        tls.refresh();
        call("app.test");
        assertEquals("CN=second", server.clients.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void theSameSettingsOverTheSameFilesAreTheSame() throws Exception {
        ClientTlsSettings settings = settings(TlsEngine.AUTO, Optional.empty(), Optional.empty());
        use(settings);
        ClientTls before = tls;
        use(settings);
        assertSame(before, tls);
        use(settings(TlsEngine.AUTO, Optional.of("app.test"), Optional.empty()));
        assertNotSame(before, tls);
    }
}
