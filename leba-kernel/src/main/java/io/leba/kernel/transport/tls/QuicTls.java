package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.QuicLibrary;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.3 inside QUIC, by the BoringSSL of its library, with what was read from one state of the files. Session tickets are encrypted
 * with a key that BoringSSL makes for this object alone: what clients were asked for earlier, or elsewhere, is worth nothing here. All
 * loops. Native memory goes when the object does.
 */
final class QuicTls {
    private static final Logger LOG = LoggerFactory.getLogger(QuicTls.class);

    private final CertificateTable table;
    private final Map<ServerCertificate, QuicSslContext> contexts = new HashMap<>();
    private final QuicSslContext entrance;

    private QuicTls(List<Shown> shown, ServerTlsSettings settings, ClientTrust trust) {
        shown.forEach(one -> contexts.put(
                one.certificate(), context(one.identity(), settings, trust).build()));
        table = new CertificateTable(shown.stream().map(Shown::certificate).toList(), settings.strictSni());
        // Who names no host never comes to the choice by name.
        entrance = settings.strictSni()
                ? QuicSslContextBuilder.buildForServerWithSni(this::byName)
                : context(shown.get(0).identity(), settings, trust)
                        .sni(this::byName)
                        .build();
    }

    /** A certificate with its key. */
    record Shown(PemIdentity identity, ServerCertificate certificate) {}

    /**
     * Makes it; empty if QUIC is not wanted, its library is not here, or it serves none of the certificates.
     *
     * @throws IOException if a certificate cannot be used
     */
    static Optional<QuicTls> of(String owner, List<Shown> shown, ServerTlsSettings settings, ClientTrust trust)
            throws IOException {
        if (settings.quicProtocols().isEmpty() || !QuicLibrary.isHere()) {
            return Optional.empty();
        }
        List<Shown> able = new ArrayList<>();
        for (Shown one : shown) {
            String algorithm = one.certificate().certificate().getPublicKey().getAlgorithm();
            if (algorithm.equals("RSA") || algorithm.equals("EC")) {
                able.add(one);
            } else {
                LOG.warn(
                        "{}: a certificate with a key of {} is not shown over QUIC, whose BoringSSL does not serve it",
                        owner,
                        algorithm);
            }
        }
        if (able.isEmpty()) {
            LOG.warn("{}: nothing is served over QUIC: there is no certificate with an RSA or EC key", owner);
            return Optional.empty();
        }
        try {
            return Optional.of(new QuicTls(able, settings, trust));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException("the certificates cannot be used over QUIC: " + e.getMessage(), e);
        }
    }

    private static QuicSslContextBuilder context(PemIdentity identity, ServerTlsSettings settings, ClientTrust trust) {
        return QuicSslContextBuilder.forServer(identity.key(), null, identity.chain())
                .trustManager(trust.manager())
                .clientAuth(settings.clients().auth().asked())
                .earlyData(false)
                .sessionTimeout(settings.tickets().lifetime().toSeconds())
                .applicationProtocols(settings.quicProtocols().toArray(String[]::new));
    }

    private QuicSslContext byName(String name) {
        ServerCertificate found = table.find(ClientHello.asking(name == null ? "" : name));
        return found == null ? null : contexts.get(found);
    }

    QuicSslEngine engine(ByteBufAllocator allocator) {
        return entrance.newEngine(allocator);
    }
}
