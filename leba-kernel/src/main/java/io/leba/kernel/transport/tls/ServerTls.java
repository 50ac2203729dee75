package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnBackground;
import io.leba.spi.OnLoop;
import io.leba.spi.TimeSource;
import io.netty.channel.Channel;
import io.netty.handler.codec.quic.QuicSslEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final String owner;
    private final ServerTlsSettings settings;
    private final List<KernelLoop> loops;
    private final TimeSource time;
    private final TicketKeys tickets;
    private volatile LoadedTls loaded;
    private Map<Path, String> tried;
    private Map<Path, String> failed = Map.of();
    private boolean isStapleMissed;
    /** The generation that serves it, and each connection that waits for its client's first message. */
    private final AtomicInteger users = new AtomicInteger(1);

    private boolean isClosed;

    private ServerTls(
            String owner,
            ServerTlsSettings settings,
            List<KernelLoop> loops,
            TimeSource time,
            TicketKeys tickets,
            LoadedTls loaded) {
        this.owner = owner;
        this.settings = settings;
        this.loops = loops;
        this.time = time;
        this.tickets = tickets;
        this.loaded = loaded;
        this.tried = loaded.prints();
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
        Map<Path, String> prints = LoadedTls.prints(settings);
        if (before.isPresent()
                && before.get().settings.equals(settings)
                && before.get().loaded.prints().equals(prints)) {
            return before.get();
        }
        TicketKeys tickets = before.filter(one -> one.settings.clients().equals(settings.clients())
                        && one.tickets.settings().equals(settings.tickets()))
                .map(one -> one.tickets)
                .orElseGet(() -> new TicketKeys(settings.tickets(), time));
        LoadedTls loaded = LoadedTls.read(owner, settings, tickets, time.now(), prints);
        return new ServerTls(owner, settings, List.copyOf(loops), time, tickets, loaded);
    }

    /** Tells these certificates from others: that they are the same files does not. */
    public String fingerprint() {
        return loaded.fingerprint();
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
        return loaded.table().all().stream()
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
        CertificateTable table = loaded.table();
        if (table.isSingle()) {
            TlsPipeline.add(channel, loop, table.all().get(0).handler(loop));
        } else {
            TlsPipeline.prepare(channel);
            users.incrementAndGet();
            channel.pipeline()
                    .addLast(
                            TlsPipeline.NAME,
                            new CertificateChoice(loop, hello -> loaded.table().find(hello), this::leave));
        }
    }

    /** For one more connection of QUIC; null where that is not spoken. */
    @OnLoop
    public QuicSslEngine quicEngine(KernelLoop loop) {
        Optional<QuicTls> quic = loaded.quic();
        return quic.isPresent() ? quic.get().engine(loop.allocator()) : null;
    }

    /** Whether it can be spoken inside QUIC. */
    public boolean servesQuic() {
        return loaded.quic().isPresent();
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
            loaded.resume(settings, tickets);
        }
        tellStale();
        Map<Path, String> prints = LoadedTls.prints(settings);
        if (prints.equals(loaded.prints())) {
            tried = prints;
            return;
        }
        boolean isSteady = prints.equals(tried);
        if (prints.equals(failed)) {
            return; // told already
        }
        tried = prints;
        try {
            LoadedTls next = LoadedTls.read(owner, settings, tickets, time.now(), prints);
            CertificateTable old = loaded.table();
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
        for (ServerCertificate one : loaded.table().all()) {
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
            loaded.table().all().forEach(ServerCertificate::release);
        }
    }

    private void release(CertificateTable table) {
        LoopBarrier.after(loops, () -> table.all().forEach(ServerCertificate::release));
    }
}
