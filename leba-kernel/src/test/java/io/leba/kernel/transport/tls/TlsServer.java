package io.leba.kernel.transport.tls;

import static org.awaitility.Awaitility.await;

import io.leba.kernel.transport.EventLoops;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.Listener;
import io.leba.kernel.transport.TransportKind;
import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.leba.kernel.transport.tls.ServerTlsSettings.Clients;
import io.leba.kernel.transport.tls.ServerTlsSettings.Handshakes;
import io.leba.kernel.transport.tls.ServerTlsSettings.Tickets;
import io.leba.spi.TimeSource;
import io.leba.spi.protocol.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Echoes in TLS, and remembers how handshakes ended. */
final class TlsServer implements AutoCloseable {
    final EventLoops loops = EventLoops.start(TransportKind.AUTO, 2, TimeSource.SYSTEM);
    final KernelLoop loop = loops.loops().get(0);
    final TurnedTime time = new TurnedTime();
    final BlockingQueue<Boolean> resumed = new LinkedBlockingQueue<>();
    final BlockingQueue<String> clients = new LinkedBlockingQueue<>();
    final BlockingQueue<String> agreed = new LinkedBlockingQueue<>();
    ServerTls tls;
    private Listener listener;

    /** A time of day that a test turns. */
    static final class TurnedTime implements TimeSource {
        volatile Duration ahead = Duration.ZERO;

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now().plus(ahead);
        }
    }

    static ServerTlsSettings settings(CertificateFiles... certificates) {
        return new ServerTlsSettings(
                List.of(certificates),
                false,
                TlsTerms.DEFAULT,
                List.of(),
                List.of(),
                Clients.ANY,
                Tickets.DEFAULT,
                Handshakes.DEFAULT);
    }

    static ServerTlsSettings asking(ServerTlsSettings of, Clients clients) {
        return new ServerTlsSettings(
                of.certificates(),
                of.strictSni(),
                of.terms(),
                of.applicationProtocols(),
                List.of(),
                clients,
                of.tickets(),
                of.handshakes());
    }

    static ServerTlsSettings strict(ServerTlsSettings of) {
        return new ServerTlsSettings(
                of.certificates(),
                true,
                of.terms(),
                of.applicationProtocols(),
                List.of(),
                of.clients(),
                of.tickets(),
                of.handshakes());
    }

    static ServerTlsSettings terms(ServerTlsSettings of, TlsTerms terms) {
        return new ServerTlsSettings(
                of.certificates(),
                of.strictSni(),
                terms,
                of.applicationProtocols(),
                List.of(),
                of.clients(),
                of.tickets(),
                of.handshakes());
    }

    static ServerTlsSettings offering(ServerTlsSettings of, String... protocols) {
        return new ServerTlsSettings(
                of.certificates(),
                of.strictSni(),
                of.terms(),
                List.of(protocols),
                List.of(),
                of.clients(),
                of.tickets(),
                of.handshakes());
    }

    /** Serves by these settings from now on, as a reload does. */
    TlsServer serve(ServerTlsSettings settings) throws IOException {
        ServerTls before = tls;
        tls = ServerTls.of("frontend test", settings, loops.loops(), time, Optional.ofNullable(before));
        if (before != null && before != tls) {
            before.close();
        }
        if (listener == null) {
            listener = loops.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64, (channel, on) -> {
                tls.install(channel, on);
                channel.pipeline().addLast(new Echo());
            });
        }
        return this;
    }

    InetSocketAddress address() {
        return listener.localAddress();
    }

    private final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                SslHandler handler = context.pipeline().get(SslHandler.class);
                resumed.add(TlsPipeline.isResumed(handler));
                agreed.add(TlsPipeline.applicationProtocol(context.channel()));
                try {
                    clients.add(((X509Certificate) handler.engine().getSession().getPeerCertificates()[0])
                            .getSubjectX500Principal()
                            .getName());
                } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
                    clients.add("");
                }
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (bytes.readerIndex() != Loop.READ_HEADROOM) {
                bytes.release();
                context.close(); // protocols count on the room in front
                return;
            }
            context.writeAndFlush(bytes, context.voidPromise());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Connects, says a word and hears it; gives the certificate that was shown. */
    X509Certificate call(SSLContext client, String name, Consumer<SSLParameters> terms) throws IOException {
        try (SSLSocket socket = open(client, name, terms)) {
            echo(socket, 17);
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    X509Certificate call(SSLContext client, String name) throws IOException {
        return call(client, name, parameters -> {});
    }

    SSLSocket open(SSLContext client, String name, Consumer<SSLParameters> terms) throws IOException {
        return open(new Socket(address().getAddress(), address().getPort()), client, name, terms);
    }

    /** A client that is accepted and has not said anything. */
    Socket knock() throws IOException {
        Socket plain = new Socket(address().getAddress(), address().getPort());
        await().atMost(Duration.ofSeconds(30)).until(() -> listener.openConnections() == 1);
        passLoops();
        return plain;
    }

    /** Returns when each loop has done what it had to do. */
    void passLoops() {
        for (int i = 0; i < 3; i++) {
            for (KernelLoop one : loops.loops()) {
                one.eventLoop().submit(() -> {}).syncUninterruptibly();
            }
        }
    }

    SSLSocket open(Socket plain, SSLContext client, String name, Consumer<SSLParameters> terms) throws IOException {
        plain.setSoTimeout(30_000);
        SSLSocket socket = (SSLSocket) client.getSocketFactory()
                .createSocket(
                        plain, name.isEmpty() ? "none.test" : name, address().getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        terms.accept(parameters);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    static void echo(SSLSocket socket, int length) throws IOException {
        byte[] said = new byte[length];
        new java.util.Random(length).nextBytes(said);
        CompletableFuture<Void> saying = CompletableFuture.runAsync(() -> {
            try {
                socket.getOutputStream().write(said);
                socket.getOutputStream().flush();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        byte[] heard = socket.getInputStream().readNBytes(length);
        if (!java.util.Arrays.equals(said, heard)) {
            throw new IOException("heard " + heard.length + " other bytes than the " + length + " that were said");
        }
        saying.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        if (listener != null) {
            listener.close();
        }
        if (tls != null) {
            tls.close();
        }
        loops.close();
    }
}
