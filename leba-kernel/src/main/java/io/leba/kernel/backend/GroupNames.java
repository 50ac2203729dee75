package io.leba.kernel.backend;

import io.leba.spi.Background.Cancellable;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of a group's members. An IP address is taken as it is; a host name is looked up apart from the control thread,
 * and again every half minute, and its first address counts for as long as the name has it. A name that cannot be looked up keeps its last address; without
 * one, the backend waits. A name with many addresses wants the {@code dns} discovery, which makes a backend of each. Control
 * thread.
 */
final class GroupNames implements AutoCloseable {
    /** Until a name is looked up again. */
    static final Duration REFRESH = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(GroupNames.class);

    private final Ground ground;
    private final Consumer<BackendEntry> onChange;
    private final Map<BackendEntry, Watch> watches = new IdentityHashMap<>();

    /**
     * Watches nothing yet.
     *
     * @param onChange told of a backend whose address was found or has changed after {@link #add}
     */
    GroupNames(Ground ground, Consumer<BackendEntry> onChange) {
        this.ground = ground;
        this.onChange = onChange;
    }

    /** Gives new members their addresses, at once where nothing must be looked up; the stage completes when all names have been tried. */
    CompletionStage<Void> add(Collection<BackendEntry> entries) {
        List<CompletableFuture<Void>> tried = new ArrayList<>();
        for (BackendEntry entry : entries) {
            InetAddress known = literal(entry.spec().address());
            if (known != null) {
                entry.address(new InetSocketAddress(known, entry.spec().port()));
            } else {
                Watch watch = new Watch(entry);
                watches.put(entry, watch);
                entry.availability().unresolved("host name " + entry.spec().address() + " is being looked up");
                watch.look();
                tried.add(watch.firstTry);
            }
        }
        return CompletableFuture.allOf(tried.toArray(CompletableFuture[]::new));
    }

    /** The address that a text denotes by itself, or null. */
    static InetAddress literal(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return InetAddress.getLoopbackAddress();
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        if (bytes == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    void remove(BackendEntry entry) {
        Watch watch = watches.remove(entry);
        if (watch != null) {
            watch.stop();
        }
    }

    @Override
    public void close() {
        watches.values().forEach(Watch::stop);
        watches.clear();
    }

    /** One backend's name. */
    private final class Watch {
        private final BackendEntry entry;
        private final CompletableFuture<Void> firstTry = new CompletableFuture<>();
        private Cancellable next = () -> {};
        private boolean isStopped;
        private boolean isFailing;

        Watch(BackendEntry entry) {
            this.entry = entry;
        }

        void look() {
            ground.hostNames()
                    .resolve(
                            entry.spec().address(),
                            addresses -> ground.control().execute(() -> found(addresses)),
                            reason -> ground.control().execute(() -> failed(reason)));
        }

        private void found(List<InetAddress> addresses) {
            if (isStopped) {
                return;
            }
            isFailing = false;
            InetSocketAddress before = entry.address();
            if (before.isUnresolved() || !addresses.contains(before.getAddress())) {
                InetAddress address = addresses.get(0);
                if (!before.isUnresolved()) {
                    LOG.info("backend {} moves to {}", entry, address.getHostAddress());
                }
                entry.address(new InetSocketAddress(address, entry.spec().port()));
                onChange.accept(entry);
            }
            again();
        }

        private void failed(String reason) {
            if (isStopped) {
                return;
            }
            String text = "host name " + entry.spec().address() + " cannot be looked up: " + reason;
            if (entry.address().isUnresolved()) {
                entry.availability().unresolved(text);
            }
            if (!isFailing) {
                isFailing = true;
                LOG.warn(
                        "backend {}: {}; {}",
                        entry,
                        text,
                        entry.address().isUnresolved() ? "it gets no traffic" : "its last address stays");
            }
            again();
        }

        private void again() {
            firstTry.complete(null);
            next = ground.control().after(REFRESH, this::look);
        }

        void stop() {
            isStopped = true;
            next.close();
            firstTry.complete(null);
        }
    }
}
