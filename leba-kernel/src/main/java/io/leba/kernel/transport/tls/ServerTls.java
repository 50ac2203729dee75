package io.leba.kernel.transport.tls;

import io.leba.kernel.file.FilePrint;
import io.leba.kernel.transport.KernelLoop;
import io.leba.kernel.transport.tls.ServerTlsSettings.CertificateFiles;
import io.leba.spi.OnBackground;
import io.leba.spi.OnLoop;
import io.leba.spi.TimeSource;
import io.netty.channel.Channel;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with the clients of one frontend. Loops take what was read last, in one volatile read; {@link #refresh} reads files that
 * have changed and puts the outcome in its place, while connections that stand keep what they have. Outlives generations that
 * want the same.
 */
public final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final Duration SOON = Duration.ofDays(7);

    private final String owner;
    private final ServerTlsSettings settings;
    private final List<KernelLoop> loops;
    private final TimeSource time;
    private final TicketKeys tickets;
    private volatile Loaded loaded;
    private Map<Path, String> tried;
    private Map<Path, String> failed = Map.of();
    private boolean isStapleMissed;
    /** The generation that serves it, and each connection that waits for its client's first message. */
    private final AtomicInteger users = new AtomicInteger(1);

    private boolean isClosed;

    /** What was read from one state of the files. */
    private record Loaded(
            CertificateTable table,
            Optional<QuicTls> quic,
            byte[] policy,
            String fingerprint,
            Map<Path, String> prints) {}

    private ServerTls(
            String owner,
            ServerTlsSettings settings,
            List<KernelLoop> loops,
            TimeSource time,
            TicketKeys tickets,
            Loaded loaded) {
        this.owner = owner;
        this.settings = settings;
        this.loops = loops;
        this.time = time;
        this.tickets = tickets;
        this.loaded = loaded;
        this.tried = loaded.prints;
    }

    /**
     * Reads the files. If what is there already does the same, it is given back.
     *
     * @param owner whose it is, for the log
     * @param loops that use it
     * @param before what the owner has now; its tickets stay good if clients are asked for the same
     * @throws IOException if a file cannot be read or used, or the engine cannot do it, with what is wrong
     */
    @OnBackground
    public static ServerTls of(
            String owner,
            ServerTlsSettings settings,
            List<KernelLoop> loops,
            TimeSource time,
            Optional<ServerTls> before)
            throws IOException {
        Map<Path, String> prints = prints(settings);
        if (before.isPresent()
                && before.get().settings.equals(settings)
                && before.get().loaded.prints.equals(prints)) {
            return before.get();
        }
        TicketKeys tickets = before.filter(one -> one.settings.clients().equals(settings.clients())
                        && one.tickets.settings().equals(settings.tickets()))
                .map(one -> one.tickets)
                .orElseGet(() -> new TicketKeys(settings.tickets(), time));
        Loaded loaded = load(owner, settings, tickets, time.now(), prints);
        return new ServerTls(owner, settings, List.copyOf(loops), time, tickets, loaded);
    }

    private static Map<Path, String> prints(ServerTlsSettings settings) {
        Map<Path, String> prints = new TreeMap<>();
        for (CertificateFiles files : settings.certificates()) {
            prints.put(files.certificate(), FilePrint.of(files.certificate()));
            prints.put(files.key(), FilePrint.of(files.key()));
            files.ocsp().ifPresent(file -> prints.put(file, FilePrint.of(file)));
        }
        ClientTrust.files(settings.clients()).forEach(file -> prints.put(file, FilePrint.of(file)));
        return prints;
    }

    private static Loaded load(
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
        boolean isDone = false;
        try {
            for (CertificateFiles files : settings.certificates()) {
                PemIdentity identity = PemIdentity.read(files.certificate(), files.key());
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
            quic = QuicTls.of(owner, shown, settings, trust);
            isDone = true;
        } finally {
            if (!isDone) {
                certificates.forEach(ServerCertificate::release);
            }
        }
        CertificateTable table = new CertificateTable(certificates, settings.strictSni());
        return new Loaded(table, quic, policy, fingerprint(certificates), prints);
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
                .trustManager(trust.manager())
                .clientAuth(
                        switch (settings.clients().auth()) {
                            case NONE -> ClientAuth.NONE;
                            case OPTIONAL -> ClientAuth.OPTIONAL;
                            case REQUIRED -> ClientAuth.REQUIRE;
                        })
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

    /** Tells these certificates from others: that they are the same files does not. */
    public String fingerprint() {
        return loaded.fingerprint;
    }

    /** Bounds of a handshake. */
    public ServerTlsSettings.Handshakes handshakes() {
        return settings.handshakes();
    }

    /** When the first of the certificates expires, in seconds since 1970. */
    public double firstExpiry() {
        return certificates().stream()
                .mapToDouble(one -> one.until().getEpochSecond())
                .min()
                .orElse(Double.NaN);
    }

    /** The certificates that are shown, with their names and ends. */
    public List<Shown> certificates() {
        return loaded.table.all().stream()
                .map(one -> new Shown(
                        one.names().isEmpty()
                                ? one.certificate().getSubjectX500Principal().getName()
                                : one.names().iterator().next(),
                        one.certificate().getNotAfter().toInstant()))
                .toList();
    }

    /**
     * A certificate that is shown to clients.
     *
     * @param name one of its names
     * @param until when it expires
     */
    public record Shown(String name, Instant until) {}

    /** Puts TLS at the end of an accepted channel's pipeline. */
    @OnLoop
    public void install(Channel channel, KernelLoop loop) {
        CertificateTable table = loaded.table;
        if (table.isSingle()) {
            TlsPipeline.add(channel, loop, table.all().get(0).handler(loop));
        } else {
            TlsPipeline.prepare(channel);
            users.incrementAndGet();
            channel.pipeline()
                    .addLast(
                            TlsPipeline.NAME,
                            new CertificateChoice(loop, hello -> loaded.table.find(hello), this::leave));
        }
    }

    /** For one more connection of QUIC; null where that is not spoken. */
    @OnLoop
    public QuicSslEngine quicEngine(KernelLoop loop) {
        Optional<QuicTls> quic = loaded.quic;
        return quic.isPresent() ? quic.get().engine(loop.allocator()) : null;
    }

    /** Whether it can be spoken inside QUIC. */
    public boolean servesQuic() {
        return loaded.quic.isPresent();
    }

    /**
     * Looks at the files, and takes over what has changed. What cannot be used is told once it does not change any more, and
     * what was read before serves on. Also makes a new key for tickets when it is time.
     */
    @OnBackground
    public synchronized void refresh() {
        if (isClosed) {
            return;
        }
        if (settings.tickets().enabled() && tickets.rotate()) {
            loaded.table.all().forEach(one -> resume(one.context(), loaded.policy, settings, tickets));
        }
        tellStale();
        Map<Path, String> prints = prints(settings);
        if (prints.equals(loaded.prints)) {
            tried = prints;
            return;
        }
        boolean isSteady = prints.equals(tried);
        if (prints.equals(failed)) {
            return; // told already
        }
        tried = prints;
        try {
            Loaded next = load(owner, settings, tickets, time.now(), prints);
            CertificateTable old = loaded.table;
            loaded = next;
            failed = Map.of();
            isStapleMissed = false;
            release(old);
            LOG.info("{}: certificates were read again: {}", owner, certificates());
        } catch (IOException e) {
            if (isSteady) {
                failed = prints;
                LOG.error("{}: {}; what was read before serves on: {}", owner, e.getMessage(), certificates());
            } else {
                LOG.debug("{}: perhaps still being written: {}", owner, e.getMessage());
            }
        }
    }

    private void tellStale() {
        Instant now = time.now();
        for (ServerCertificate one : loaded.table.all()) {
            if (!isStapleMissed
                    && one.staple().isPresent()
                    && !one.staple().get().until().isAfter(now)) {
                isStapleMissed = true;
                LOG.warn(
                        "{}: the OCSP response for {} was valid until {} and is not stapled any more; fetch a new one",
                        owner,
                        one.names(),
                        one.staple().get().until());
            }
        }
    }

    /**
     * Gives up what is held, once no loop uses it any more and no connection waits for its client's first message; connections
     * that stand go on.
     */
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            LoopBarrier.after(loops, this::leave);
        }
    }

    private void leave() {
        if (users.decrementAndGet() == 0) {
            loaded.table.all().forEach(ServerCertificate::release);
        }
    }

    private void release(CertificateTable table) {
        LoopBarrier.after(loops, () -> table.all().forEach(ServerCertificate::release));
    }
}
