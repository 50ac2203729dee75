package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.KernelLoop;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A certificate that is shown to clients, with everything that a handshake with it needs. Immutable; all loops. */
final class ServerCertificate {
    private static final int DNS = 2;

    private final X509Certificate certificate;
    private final SslContext context;
    private final Optional<OcspStaple> staple;
    private final boolean givesTickets;
    private final Set<String> names;

    /** @param staple shown beside it; empty: nothing */
    ServerCertificate(PemIdentity identity, SslContext context, Optional<OcspStaple> staple, boolean givesTickets) {
        this.certificate = identity.chain()[0];
        this.context = context;
        this.staple = staple;
        this.givesTickets = givesTickets;
        this.names = names(certificate);
    }

    X509Certificate certificate() {
        return certificate;
    }

    SslContext context() {
        return context;
    }

    Optional<OcspStaple> staple() {
        return staple;
    }

    /** The host names among its alternative names (RFC 9525 §2), in lower case; {@code *.example.com} among them. */
    Set<String> names() {
        return names;
    }

    /** For one more connection. */
    @SuppressWarnings("deprecation") // the only way to the connection's own options
    SslHandler handler(KernelLoop loop) {
        SslHandler handler = context.newHandler(loop.allocator());
        handler.setHandshakeTimeoutMillis(0); // whoever waits for its end has a clock
        if (handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            if (staple.isPresent() && staple.get().until().getEpochSecond() > loop.epochSeconds()) {
                engine.setOcspResponse(staple.get().response());
            }
            if (!givesTickets) {
                SSL.setOptions(engine.sslPointer(), SSL.SSL_OP_NO_TICKET);
            }
        }
        return handler;
    }

    /** Whether the client verifies signatures by this certificate's key. */
    boolean suits(ClientHello hello) {
        return switch (certificate.getPublicKey().getAlgorithm()) {
            case "RSA" -> hello.isRsaKnown();
            case "EC" -> (hello.isEcdsaKnown() & curve()) != 0;
            default -> hello.isEd25519Known();
        };
    }

    private int curve() {
        int bits = ((ECKey) certificate.getPublicKey()).getParams().getOrder().bitLength();
        return bits <= 256 ? ClientHello.P256 : bits <= 384 ? ClientHello.P384 : ClientHello.P521;
    }

    /** Which of several that suit is taken: what costs least comes first. */
    int rank() {
        return switch (certificate.getPublicKey().getAlgorithm()) {
            case "EC" -> curve();
            case "RSA" -> 16;
            default -> 8;
        };
    }

    void release() {
        ReferenceCountUtil.release(context);
    }

    private static Set<String> names(X509Certificate certificate) {
        Set<String> names = new TreeSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> name : alternatives) {
                    if ((Integer) name.get(0) == DNS) {
                        names.add(((String) name.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            names.clear(); // found by no name, then
        }
        return names;
    }
}
