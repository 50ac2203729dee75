package io.leba.kernel.transport.tls;

import io.leba.kernel.file.FilePrint;
import io.leba.kernel.transport.Encryption;
import io.leba.kernel.transport.KernelLoop;
import io.leba.spi.OnBackground;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with the backends of one group. Files that have changed are read by {@link #refresh}; connections that stand keep what
 * they have. Shared: whoever uses it {@linkplain #retain says so}, and gives it back by {@link #close}.
 */
public final class ClientTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);

    private final String owner;
    private final ClientTlsSettings settings;
    private final List<KernelLoop> loops;
    private final AtomicInteger users = new AtomicInteger(1);
    private volatile Loaded loaded;
    private Map<Path, String> tried;
    private Map<Path, String> failed = Map.of();

    private ClientTls(String owner, ClientTlsSettings settings, List<KernelLoop> loops, Loaded loaded) {
        this.owner = owner;
        this.settings = settings;
        this.loops = loops;
        this.loaded = loaded;
        this.tried = loaded.prints;
    }

    /** What was read from one state of the files; a context for each list that ALPN offers. */
    private record Loaded(
            ClientTlsSettings settings,
            SslProvider provider,
            TrustManager trust,
            Optional<PemIdentity> identity,
            Map<List<String>, SslContext> contexts,
            Map<Path, String> prints) {
        static Loaded of(ClientTlsSettings settings, Map<Path, String> prints) throws IOException {
            Optional<PemIdentity> identity = Optional.empty();
            if (settings.identity().isPresent()) {
                identity = Optional.of(PemIdentity.read(
                        settings.identity().get().certificate(),
                        settings.identity().get().key()));
            }
            Loaded made = new Loaded(
                    settings,
                    settings.terms().engine().provider(),
                    authorities(settings),
                    identity,
                    new ConcurrentHashMap<>(),
                    prints);
            made.context(List.of());
            return made;
        }

        SslContext context(List<String> offered) {
            SslContext context = contexts.get(offered);
            return context != null ? context : contexts.computeIfAbsent(offered, this::build);
        }

        private SslContext build(List<String> offered) {
            try {
                SslContextBuilder builder = SslContextBuilder.forClient()
                        .trustManager(trust)
                        .endpointIdentificationAlgorithm(settings.verify() ? "HTTPS" : null);
                identity.ifPresent(own -> builder.keyManager(own.key(), own.chain()));
                settings.terms().apply(builder, provider);
                if (!offered.isEmpty()) {
                    builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            offered));
                }
                SslContext context = builder.build();
                if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
                    sessions.setTicketKeys(); // which lets backends give tickets
                }
                return context;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void release() {
            contexts.values().forEach(ReferenceCountUtil::release);
            contexts.clear();
        }
    }

    private static TrustManager authorities(ClientTlsSettings settings) throws IOException {
        if (!settings.verify()) {
            return InsecureTrustManagerFactory.INSTANCE.getTrustManagers()[0];
        }
        try {
            KeyStore store = null;
            if (settings.authorities().isPresent()) {
                store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                int number = 0;
                for (X509Certificate authority :
                        PemIdentity.certificates(settings.authorities().get())) {
                    store.setCertificateEntry("authority-" + number++, authority);
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return BackendJudge.of(factory);
        } catch (GeneralSecurityException e) {
            throw new IOException("whom to trust cannot be set up: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the files. If what is there already does the same, that is retained and given back. The caller is the first user.
     *
     * @param owner whose it is, for the log
     * @param loops that use it
     * @param before what the owner has now
     * @throws IOException if a file cannot be read or used, or the engine cannot do it, with what is wrong
     */
    @OnBackground
    public static ClientTls of(
            String owner, ClientTlsSettings settings, List<KernelLoop> loops, Optional<ClientTls> before)
            throws IOException {
        Map<Path, String> prints = prints(settings);
        if (before.isPresent()
                && before.get().settings.equals(settings)
                && before.get().loaded.prints.equals(prints)) {
            before.get().retain();
            return before.get();
        }
        try {
            Loaded loaded = Loaded.of(settings, prints);
            if (!settings.verify()) {
                LOG.warn(
                        "{}: verify is false: backends are believed to be who they say they are, and so is anyone between"
                                + " them and LEBA; set ca_file instead",
                        owner);
            }
            return new ClientTls(owner, settings, List.copyOf(loops), loaded);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Map<Path, String> prints(ClientTlsSettings settings) {
        Map<Path, String> prints = new TreeMap<>();
        settings.authorities().ifPresent(file -> prints.put(file, FilePrint.of(file)));
        settings.identity().ifPresent(files -> {
            prints.put(files.certificate(), FilePrint.of(files.certificate()));
            prints.put(files.key(), FilePrint.of(files.key()));
        });
        return prints;
    }

    /**
     * For one connection.
     *
     * @param host the backend's, as it is written
     * @param offered by ALPN
     */
    @OnLoop
    public Encryption towards(String host, List<String> offered) {
        String name = settings.serverName().orElse(host);
        return (channel, loop, address, timeoutMillis) -> {
            SslHandler handler = loaded.context(offered).newHandler(loop.allocator(), name, address.getPort());
            handler.setHandshakeTimeoutMillis(timeoutMillis);
            TlsPipeline.add(channel, loop, handler);
        };
    }

    /** Looks at the files, and takes over what has changed. What cannot be used is told, and what was read before serves on. */
    @OnBackground
    public synchronized void refresh() {
        Map<Path, String> prints = prints(settings);
        if (users.get() == 0 || prints.equals(loaded.prints) || prints.equals(failed)) {
            return;
        }
        boolean isSteady = prints.equals(tried);
        tried = prints;
        try {
            Loaded old = loaded;
            loaded = Loaded.of(settings, prints);
            failed = Map.of();
            release(old);
            LOG.info("{}: the files for TLS with backends were read again", owner);
        } catch (IOException | UncheckedIOException e) {
            if (isSteady) {
                failed = prints;
                LOG.error("{}: {}; what was read before serves on", owner, e.getMessage());
            }
        }
    }

    /** One more user. */
    @OnControl
    public void retain() {
        users.incrementAndGet();
    }

    /** One user less. After the last one everything is given up as soon as no loop is in the midst of using it. */
    @Override
    public synchronized void close() {
        if (users.decrementAndGet() == 0) {
            release(loaded);
        }
    }

    private void release(Loaded old) {
        LoopBarrier.after(loops, old::release);
    }
}
