package io.leba.kernel.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.transport.Dialer;
import io.leba.kernel.transport.Dialer.Peer;
import io.leba.kernel.transport.EventLoops;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.Listener;
import io.leba.kernel.transport.TransportKind;
import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.leba.spi.TimeSource;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFormsTest {
    private final EventLoops loops = EventLoops.start(TransportKind.AUTO, 1, TimeSource.SYSTEM);
    private final KernelLoop loop = loops.loops().get(0);
    private final List<AutoCloseable> toClose = new java.util.ArrayList<>();

    @TempDir
    private Path temp;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : toClose) {
            one.close();
        }
        loops.close();
    }

    private static Path file(String name) {
        try {
            return Path.of(KeyFormsTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Echoes, and checks that protocols find the room in front that they count on. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (bytes.readerIndex() != Loop.READ_HEADROOM) {
                bytes.release();
                context.close();
                return;
            }
            context.writeAndFlush(bytes, context.voidPromise());
        }
    }

    private Listener listen(String certificate, String key) throws IOException {
        ServerTls tls = server(file(certificate), file(key));
        return loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, (channel, on) -> {
            tls.install(channel, on);
            channel.pipeline().addLast(new Echo());
        });
    }

    private ServerTls server(Path certificate, Path key) throws IOException {
        ServerTls made = ServerTls.of(
                "frontend test",
                TlsServer.settings(new CertificateFiles(certificate, key, Optional.empty())),
                loops.loops(),
                TimeSource.SYSTEM,
                Optional.empty());
        toClose.add(made::close);
        return made;
    }

    private ClientTls backends(boolean verify, Optional<Path> trusted) throws IOException {
        // The JDK verifies signatures of all forms of keys; BoringSSL's clients do not ask for Edwards curves.
        ClientTlsSettings settings = new ClientTlsSettings(
                verify,
                trusted,
                Optional.empty(),
                Optional.empty(),
                new TlsTerms(TlsEngine.JDK, TlsTerms.Version.TLS_1_2, List.of()));
        ClientTls made = ClientTls.of("group test", settings, loops.loops(), Optional.empty());
        toClose.add(made);
        return made;
    }

    /** Connects, says something long, and returns what comes back. */
    private CompletableFuture<String> talk(InetSocketAddress address, ClientTls tls, String name, String text) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Peer peer = new Peer(address, Optional.of(tls.towards(name, List.of())));
        loop.execute(() -> loops.dialer().dial(loop, peer, Duration.ofSeconds(2), new Dialer.Dialed() {
            @Override
            public void connected(Channel channel) {
                channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    private final StringBuilder heard = new StringBuilder();

                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        context.writeAndFlush(
                                context.alloc().buffer().writeBytes(text.getBytes(StandardCharsets.UTF_8)));
                    }

                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        heard.append(((ByteBuf) message).toString(StandardCharsets.UTF_8));
                        ((ByteBuf) message).release();
                        if (heard.length() == text.length()) {
                            answer.complete(heard.toString());
                            context.close();
                        }
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext context) {
                        answer.completeExceptionally(new IOException("closed after " + heard.length()));
                    }
                });
            }

            @Override
            public void failed(Throwable cause, boolean isTimeout) {
                answer.completeExceptionally(isTimeout ? new java.net.SocketTimeoutException() : cause);
            }
        }));
        return answer;
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.pem, rsa-key.pem",
        "rsa.pem, rsa-key-pkcs1.pem",
        "ec.pem, ec-key.pem",
        "ec.pem, ec-key-sec1.pem",
        "ed25519.pem, ed25519-key.pem"
    })
    void speaksTlsWithEachFormOfKey(String certificate, String key) throws Exception {
        Listener listener = listen(certificate, key);
        String text = "0123456789".repeat(10_000);

        assertEquals(
                text,
                talk(listener.localAddress(), backends(true, Optional.of(file(certificate))), "backend.test", text)
                        .get(30, TimeUnit.SECONDS));
    }

    @Test
    void aBackendOfAnotherNameIsNotTrusted() throws Exception {
        Listener listener = listen("ec.pem", "ec-key.pem");
        ClientTls trusting = backends(true, Optional.of(file("ec.pem")));

        CompletableFuture<String> talk = talk(listener.localAddress(), trusting, "other.test", "x");
        ExecutionException e = assertThrows(ExecutionException.class, () -> talk.get(30, TimeUnit.SECONDS));
        assertTrue(
                e.getCause().getMessage().contains("other.test"), e.getCause().getMessage());
    }

    @Test
    void aBackendThatNobodyVouchesForIsNotTrustedUnlessAsked() throws Exception {
        Listener listener = listen("ec.pem", "ec-key.pem");

        CompletableFuture<String> talk =
                talk(listener.localAddress(), backends(true, Optional.empty()), "backend.test", "x");
        assertThrows(ExecutionException.class, () -> talk.get(30, TimeUnit.SECONDS));
        assertEquals(
                "x",
                talk(listener.localAddress(), backends(false, Optional.empty()), "any.test", "x")
                        .get(30, TimeUnit.SECONDS));
    }

    @Test
    void aBackendThatIsSilentInTheHandshakeIsATimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> talk = talk(
                    (InetSocketAddress) silent.getLocalSocketAddress(),
                    backends(true, Optional.empty()),
                    "backend.test",
                    "x");
            ExecutionException e = assertThrows(ExecutionException.class, () -> talk.get(30, TimeUnit.SECONDS));
            assertTrue(e.getCause() instanceof java.net.SocketTimeoutException, e.getCause()::toString);
        }
    }

    private String refusal(Path certificate, Path key) {
        return assertThrows(IOException.class, () -> server(certificate, key)).getMessage();
    }

    @Test
    void saysWhichFileIsWrongAndHow() throws Exception {
        Path missing = temp.resolve("missing.pem");
        Path junk = Files.writeString(temp.resolve("junk.pem"), "junk");
        Path empty = Files.writeString(temp.resolve("empty.pem"), "");
        Path odd = Files.writeString(
                temp.resolve("odd.pem"), "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n");
        Path broken = Files.writeString(
                temp.resolve("broken.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Path certificate = file("ec.pem");
        Path key = file("ec-key.pem");

        assertEquals(missing + ": there is no such file", refusal(missing, key));
        assertEquals(missing + ": there is no such file", refusal(certificate, missing));
        assertTrue(refusal(temp, key).startsWith(temp + ": cannot be read: "), refusal(temp, key));
        assertTrue(refusal(junk, key).startsWith(junk + ": is no certificate in PEM form"), refusal(junk, key));
        assertEquals(empty + ": holds no certificate; expected PEM with BEGIN CERTIFICATE", refusal(empty, key));
        assertEquals(junk + ": holds no private key; expected PEM with BEGIN PRIVATE KEY", refusal(certificate, junk));
        assertEquals(
                file("encrypted-key.pem")
                        + ": the private key is encrypted; decrypt it with 'openssl pkey -in encrypted-key.pem'",
                refusal(certificate, file("encrypted-key.pem")));
        assertEquals(
                odd + ": a private key of the form DSA is not supported; convert it with 'openssl pkcs8 -topk8 -nodes'",
                refusal(certificate, odd));
        assertTrue(
                refusal(certificate, broken)
                        .startsWith(broken + ": is no EC private key, which the certificate asks for: "),
                refusal(certificate, broken));
        assertTrue(
                refusal(certificate, file("rsa-key.pem"))
                        .startsWith(file("rsa-key.pem") + ": is no EC private key, which the certificate asks for: "),
                refusal(certificate, file("rsa-key.pem")));
    }

    @Test
    void aKeyOfAnotherCertificateIsFoundBeforeTheFirstHandshake() throws Exception {
        java.security.KeyPairGenerator generator = java.security.KeyPairGenerator.getInstance("EC");
        generator.initialize(new java.security.spec.ECGenParameterSpec("secp256r1"));
        byte[] other = generator.generateKeyPair().getPrivate().getEncoded();
        Path key = Files.writeString(
                temp.resolve("other.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + java.util.Base64.getMimeEncoder().encodeToString(other)
                        + "\n-----END PRIVATE KEY-----\n");

        assertEquals(
                key + ": is not the private key of the first certificate in " + file("ec.pem"),
                refusal(file("ec.pem"), key));
    }
}
