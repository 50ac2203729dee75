package io.leba.kernel.transport.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;

/**
 * Versions and cipher suites, and who does the work.
 *
 * @param engine who
 * @param oldest 1.2 or 1.3
 * @param ciphers of TLS 1.2, by IANA name, the preferred one first; empty: {@link #CIPHERS}
 */
public record TlsTerms(TlsEngine engine, Version oldest, List<String> ciphers) {
    /** As when nothing is said. */
    public static final TlsTerms DEFAULT = new TlsTerms(TlsEngine.AUTO, Version.TLS_1_2, List.of());

    /** Forward secret and authenticated, RFC 9325 §4.2. */
    static final List<String> CIPHERS = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

    /** Of TLS 1.3; they are not chosen from. */
    private static final List<String> MODERN =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    /** A version that may be the oldest. */
    public enum Version {
        /** RFC 5246, 2008. */
        TLS_1_2,
        /** RFC 8446, 2018. */
        TLS_1_3
    }

    /**
     * Puts them into the builder.
     *
     * @throws IOException if the engine or a cipher suite is not here
     */
    void apply(SslContextBuilder builder, SslProvider provider) throws IOException {
        builder.sslProvider(provider);
        builder.protocols(oldest == Version.TLS_1_3 ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2"));
        List<String> suites = new ArrayList<>(MODERN);
        if (ciphers.isEmpty()) {
            suites.addAll(CIPHERS);
        } else {
            Set<String> known = known(provider);
            for (String suite : ciphers) {
                if (!known.contains(suite)) {
                    known.removeIf(name -> !name.startsWith("TLS_ECDHE") || MODERN.contains(name));
                    throw new IOException(
                            "ciphers: '" + suite + "' is not known to the engine; expected some of " + known);
                }
                if (!suites.contains(suite)) {
                    suites.add(suite);
                }
            }
        }
        builder.ciphers(suites);
    }

    private static Set<String> known(SslProvider provider) throws IOException {
        if (provider != SslProvider.JDK) {
            return new TreeSet<>(OpenSsl.availableJavaCipherSuites());
        }
        try {
            return new TreeSet<>(
                    Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the JDK's TLS cannot be set up: " + e.getMessage(), e);
        }
    }
}
