package io.leba.kernel.transport.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's judge of backends' certificates, which also says which names a certificate bears that lacks the right one. */
final class BackendJudge extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;

    private BackendJudge(X509ExtendedTrustManager judge) {
        this.judge = judge;
    }

    /** @param factory initialised */
    static BackendJudge of(TrustManagerFactory factory) {
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return new BackendJudge(found);
            }
        }
        throw new IllegalStateException("the JDK has no judge of certificates");
    }

    private static CertificateException explained(CertificateException e, X509Certificate[] chain, String name) {
        String message = String.valueOf(e.getMessage());
        if (!message.startsWith("No subject alternative") && !message.startsWith("No name matching")) {
            return e;
        }
        StringBuilder names = new StringBuilder();
        try {
            Collection<List<?>> alternatives = chain[0].getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> one : alternatives) {
                    names.append(names.length() == 0 ? "" : ", ").append(one.get(1));
                }
            }
        } catch (CertificateParsingException unreadable) {
            names.append("unreadable names");
        }
        return new CertificateException(
                "the certificate is for [" + names + "], not for '" + name + "'; set tls.sni to a name that it is for",
                e);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        try {
            judge.checkServerTrusted(chain, type, engine);
        } catch (CertificateException e) {
            throw explained(e, chain, engine.getPeerHost());
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        judge.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        judge.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        judge.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        judge.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        judge.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }
}
