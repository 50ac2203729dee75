package io.leba.kernel.traffic;

import io.leba.spi.OnLoop;
import io.leba.spi.tls.ClientCertificate;
import io.leba.spi.tls.TlsSession;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What an engine knows after the handshake, asked when it is wanted first. */
@OnLoop
final class HandshakeResult implements TlsSession {
    private final SSLEngine engine;
    private final String applicationProtocol;
    private String serverName;
    private Optional<ClientCertificate> certificate;

    /** @param agreed by ALPN; null: nothing */
    HandshakeResult(SSLEngine engine, String agreed) {
        this.engine = engine;
        this.applicationProtocol = agreed == null ? "" : agreed;
    }

    @Override
    public String version() {
        return engine.getSession().getProtocol();
    }

    @Override
    public String cipher() {
        return engine.getSession().getCipherSuite();
    }

    @Override
    public String serverName() {
        if (serverName == null) {
            serverName = "";
            if (engine.getSession() instanceof ExtendedSSLSession session) {
                for (SNIServerName name : session.getRequestedServerNames()) {
                    if (name instanceof SNIHostName host) {
                        serverName = host.getAsciiName().toLowerCase(Locale.ROOT);
                    }
                }
            }
        }
        return serverName;
    }

    @Override
    public String applicationProtocol() {
        return applicationProtocol;
    }

    @Override
    public Optional<ClientCertificate> clientCertificate() {
        if (certificate == null) {
            List<X509Certificate> chain = new ArrayList<>();
            try {
                for (Certificate one : engine.getSession().getPeerCertificates()) {
                    chain.add((X509Certificate) one);
                }
            } catch (SSLPeerUnverifiedException e) {
                chain.clear(); // the client has shown none
            }
            certificate = chain.isEmpty() ? Optional.empty() : Optional.of(new ClientCertificate(chain));
        }
        return certificate;
    }
}
