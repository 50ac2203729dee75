package io.leba.kernel.transport.tls;

import io.leba.kernel.file.FilePrint;
import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read from one state of a frontend's files. Made on a background thread; all loops.
 *
 * @param table the certificates
 * @param quic the same for QUIC, where that is spoken
 * @param policy what sessions that begin with it are worth
 * @param fingerprint tells the certificates from others
 * @param prints what the files looked like
 */
record LoadedTls(
        CertificateTable table, Optional<QuicTls> quic, byte[] policy, String fingerprint, Map<Path, String> prints) {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final Duration SOON = Duration.ofDays(7);

    /** What tells one state of the files from another. */
    static Map<Path, String> prints(ServerTlsSettings settings) {
        Map<Path, String> prints = new TreeMap<>();
        for (CertificateFiles files : settings.certificates()) {
            prints.put(files.certificate(), FilePrint.of(files.certificate()));
            prints.put(files.key(), FilePrint.of(files.key()));
            files.ocsp().ifPresent(file -> prints.put(file, FilePrint.of(file)));
        }
        ClientTrust.files(settings.clients()).forEach(file -> prints.put(file, FilePrint.of(file)));
        return prints;
    }

    /**
     * Reads the files as they are.
     *
     * @param owner whose they are, for the log
     * @param prints what they look like
     * @throws IOException if one cannot be read or used, or the engine cannot do it, with what is wrong
     */
    static LoadedTls read(
            String owner, ServerTlsSettings settings, TicketKeys tickets, Instant now, Map<Path, String> prints)
            throws IOException {
        ClientTrust trust = ClientTrust.read(settings.clients(), now);
        for (String list : trust.staleRevocations()) {
            LOG.warn(
                    "{}: the list of revocations of {} is too old, so that no client with a certificate of that issuer is"
                            + " believed; fetch a new one",
                    owner,
                    list);
        }
        byte[] policy = policy(owner, settings, trust);
        SslProvider provider = settings.terms().engine().provider();
        List<ServerCertificate> certificates = new ArrayList<>();
        List<QuicTls.Shown> shown = new ArrayList<>();
        Optional<QuicTls> quic;
        KeyChecks checks = new KeyChecks();
        boolean isDone = false;
        try {
            for (CertificateFiles files : settings.certificates()) {
                PemIdentity identity = PemIdentity.readUnchecked(files.certificate(), files.key());
                checks.add(identity, files.certificate(), files.key());
                Instant until = identity.chain()[0].getNotAfter().toInstant();
                if (until.isBefore(now.plus(SOON))) {
                    LOG.warn(
                            "{}: the certificate in {} {} valid until {}; renew it",
                            owner,
                            files.certificate(),
                            until.isBefore(now) ? "was" : "is only",
                            until);
                }
                SslProvider able = able(provider, settings, files.certificate(), identity);
                Optional<OcspStaple> staple = staple(owner, files, identity, able, now);
                SslContext context = context(settings, identity, trust, able, staple.isPresent());
                certificates.add(new ServerCertificate(
                        identity, context, staple, settings.tickets().enabled()));
                resume(context, policy, settings, tickets);
                shown.add(new QuicTls.Shown(identity, certificates.get(certificates.size() - 1)));
            }
            checks.await();
            quic = QuicTls.of(owner, shown, settings, trust);
            isDone = true;
        } finally {
            if (!isDone) {
                certificates.forEach(ServerCertificate::release);
            }
        }
        CertificateTable table = new CertificateTable(certificates, settings.strictSni());
        return new LoadedTls(table, quic, policy, fingerprint(certificates), prints);
    }

    /** BoringSSL serves no Edwards curves. */
    private static SslProvider able(SslProvider provider, ServerTlsSettings settings, Path file, PemIdentity identity)
            throws IOException {
        String algorithm = identity.chain()[0].getPublicKey().getAlgorithm();
        if (provider == SslProvider.JDK || algorithm.equals("RSA") || algorithm.equals("EC")) {
            return provider;
        }
        if (settings.terms().engine() == TlsEngine.BORINGSSL) {
            throw new IOException(file + ": BoringSSL does not serve certificates with a key of " + algorithm
                    + "; use an RSA or EC key, or engine: auto");
        }
        return SslProvider.JDK;
    }

    private static Optional<OcspStaple> staple(
            String owner, CertificateFiles files, PemIdentity identity, SslProvider provider, Instant now) {
        if (files.ocsp().isEmpty()) {
            return Optional.empty();
        }
        if (provider == SslProvider.JDK) {
            LOG.warn(
                    "{}: {} is not stapled: the JDK's TLS does not do that; use engine: boringssl",
                    owner,
                    files.ocsp().get());
            return Optional.empty();
        }
        try {
            return Optional.of(OcspStaple.read(files.ocsp().get(), identity.chain(), now));
        } catch (IOException e) {
            LOG.warn("{}: nothing is stapled to the certificate in {}: {}", owner, files.certificate(), e.getMessage());
            return Optional.empty();
        }
    }

    private static SslContext context(
            ServerTlsSettings settings,
            PemIdentity identity,
            ClientTrust trust,
            SslProvider provider,
            boolean hasStaple)
            throws IOException {
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain())
                // Never stored; the default form runs 10,000 rounds of PBKDF2 to encrypt the key, and to decrypt it.
                .keyStoreType("JKS")
                .trustManager(trust.manager())
                .clientAuth(settings.clients().auth().asked())
                .sessionTimeout(settings.tickets().lifetime().toSeconds())
                .enableOcsp(hasStaple);
        settings.terms().apply(builder, provider);
        if (!settings.applicationProtocols().isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    settings.applicationProtocols()));
        }
        return builder.build();
    }

    /** Takes tickets over as they are now. */
    void resume(ServerTlsSettings settings, TicketKeys tickets) {
        table.all().forEach(one -> resume(one.context(), policy, settings, tickets));
    }

    /** Sessions are resumed by tickets only, so that nothing is kept for clients that may never come back. */
    private static void resume(SslContext context, byte[] policy, ServerTlsSettings settings, TicketKeys tickets) {
        if (context instanceof ReferenceCountedOpenSslContext
                && context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            sessions.setSessionIdContext(policy);
            sessions.setSessionCacheEnabled(false);
            if (settings.tickets().enabled()) {
                sessions.setTicketKeys(tickets.current());
            }
        }
    }

    /**
     * What a session is worth. A client that was let in under one is not let in under another by its ticket, else one that was
     * never asked for a certificate would pass where one is required.
     */
    private static byte[] policy(String owner, ServerTlsSettings settings, ClientTrust trust) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(owner.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) settings.clients().auth().ordinal());
            digest.update(trust.digest());
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    private static String fingerprint(List<ServerCertificate> certificates) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (ServerCertificate one : certificates) {
                digest.update(one.certificate().getEncoded());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
