package io.leba.kernel.transport.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who does the cryptography. */
public enum TlsEngine {
    /** BoringSSL where its native library is, else the JDK. */
    AUTO,
    /** Google's fork of OpenSSL, by its native library. */
    BORINGSSL,
    /** The JDK's own. */
    JDK;

    private static final Logger LOG = LoggerFactory.getLogger(TlsEngine.class);
    private static final AtomicBoolean IS_TOLD = new AtomicBoolean();

    /**
     * Loads what certificates will need, on a thread of its own, while the caller does something else: the native library and the
     * JDK's providers take a tenth of a start. What cannot be loaded is told where it is asked for.
     */
    public static void preload() {
        Thread loading = new Thread(
                () -> {
                    try {
                        isNativeHere();
                        CertificateFactory.getInstance("X.509");
                        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                        Signature.getInstance("SHA256withECDSA");
                    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
                        LOG.debug("nothing was loaded ahead", e);
                    }
                },
                "leba-preload-tls");
        loading.setDaemon(true);
        loading.start();
    }

    /** Loads the library with the first call. */
    static boolean isNativeHere() {
        return OpenSsl.isAvailable();
    }

    /**
     * What Netty calls it. That AUTO has to do without the native library is told once.
     *
     * @throws IOException if it was asked for and is not here, with the reason
     */
    SslProvider provider() throws IOException {
        if (this == JDK) {
            return SslProvider.JDK;
        }
        if (isNativeHere()) {
            return SslProvider.OPENSSL_REFCNT;
        }
        Throwable cause = OpenSsl.unavailabilityCause();
        if (this == BORINGSSL) {
            throw new IOException(
                    "engine: BoringSSL's native library is not here (" + reason(cause)
                            + "); install LEBA for this platform, or use engine: auto",
                    cause);
        }
        if (IS_TOLD.compareAndSet(false, true)) {
            LOG.warn(
                    "TLS is done by the JDK, which costs more CPU and has no OCSP stapling: BoringSSL's native library is"
                            + " not here ({}) (said once)",
                    reason(cause));
        }
        return SslProvider.JDK;
    }

    private static String reason(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
