package io.leba.kernel.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** TLS towards clients or backends: TLS 1.2 and 1.3 of the JDK. Immutable; used by all loops. */
public final class TlsContext {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final long HANDSHAKE_MILLIS = 10_000;

    private final SslContext context;
    private final boolean verifiesName;
    private final String fingerprint;

    private TlsContext(SslContext context, boolean verifiesName, String fingerprint) {
        this.context = context;
        this.verifiesName = verifiesName;
        this.fingerprint = fingerprint;
    }

    /**
     * For clients. Reads files, so not on a loop.
     *
     * @param certificates PEM: LEBA's certificate, then those that lead to a root
     * @param key PEM: its private key, not encrypted
     * @param protocols what ALPN offers, the preferred one first; empty: no ALPN
     * @throws IOException if a file cannot be read or used, with the file and what is wrong
     */
    public static TlsContext forClients(Path certificates, Path key, List<String> protocols) throws IOException {
        PemIdentity identity = PemIdentity.read(certificates, key);
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain());
        return new TlsContext(build(builder, protocols), false, identity.fingerprint());
    }

    /** For backends whose certificates lead to a root that the Java installation trusts, and bear the name called. */
    public static TlsContext forBackends() throws IOException {
        return new TlsContext(build(SslContextBuilder.forClient(), List.of()), true, "");
    }

    /** For backends whose certificates lead to one of those in the file, and bear the name called. */
    public static TlsContext forBackends(Path trusted) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient().trustManager(PemIdentity.certificates(trusted));
        return new TlsContext(build(builder, List.of()), true, "");
    }

    /** For backends whoever they are: secret from listeners, not from impostors. */
    public static TlsContext forUnverifiedBackends() throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE);
        return new TlsContext(build(builder, List.of()), false, "");
    }

    /** Tells LEBA's certificate from any other: that it is the same file does not. Empty without one. */
    public String fingerprint() {
        return fingerprint;
    }

    private static SslContext build(SslContextBuilder builder, List<String> protocols) throws SSLException {
        builder.sslProvider(SslProvider.JDK).protocols(VERSIONS);
        if (!protocols.isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    protocols));
        }
        return builder.build();
    }

    /** Adds TLS to the end of an accepted channel's pipeline, in {@link Acceptor#accepted}, before the protocol's handlers. */
    public void install(Channel channel, KernelLoop loop) {
        install(channel, loop, context.newHandler(channel.alloc()), HANDSHAKE_MILLIS);
    }

    void installClient(Channel channel, KernelLoop loop, Dialer.Peer peer, long handshakeMillis) {
        SslHandler handler = context.newHandler(
                channel.alloc(), peer.serverName(), peer.address().getPort());
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(verifiesName ? "HTTPS" : "");
        engine.setSSLParameters(parameters);
        install(channel, loop, handler, handshakeMillis);
    }

    @SuppressWarnings("deprecation")
    private static void install(Channel channel, KernelLoop loop, SslHandler handler, long handshakeMillis) {
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        // A record that is not complete stays with the handler; in the shared buffer it would pin all of it.
        channel.config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator());
        channel.pipeline().addLast("tls", handler).addLast("plaintext", new Plaintext(loop));
    }

    /** Moves what was decrypted into the loop's read buffer, with the headroom that protocols count on. */
    private static final class Plaintext extends ChannelInboundHandlerAdapter {
        private final KernelLoop loop;

        Plaintext(KernelLoop loop) {
            this.loop = loop;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf plain) {
                try {
                    while (plain.isReadable()) {
                        ByteBuf buffer = loop.takeReadBuffer();
                        buffer.writeBytes(plain, Math.min(plain.readableBytes(), buffer.writableBytes()));
                        context.fireChannelRead(buffer);
                    }
                } finally {
                    plain.release();
                }
            } else {
                context.fireChannelRead(message);
            }
        }
    }
}
