package io.leba.plugin.discovery.dns;

import io.leba.spi.Background;
import io.leba.spi.OnBackground;
import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Looks its names up, each at its own pace, and delivers what all of them stand for together. A name that cannot be looked up
 * keeps what it had, is asked again soon, and is reported until it can. Nothing is looked up on the thread that starts it.
 */
final class Dns implements Discovery {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 16;

    private final List<DnsSource> sources;
    private final Background background;
    private final List<Watched> watched;

    Dns(List<DnsSource> sources, Background background) {
        this.sources = sources;
        this.background = background;
        this.watched = sources.stream().map(Watched::new).toList();
    }

    @Override
    public Map<String, String> groups() {
        Map<String, String> groups = new HashMap<>();
        for (DnsSource source : sources) {
            DnsSource.Membership membership = source.membership();
            if (membership.groupName().isPresent() && membership.protocol().isPresent()) {
                groups.putIfAbsent(
                        membership.groupName().get(), membership.protocol().get());
            }
        }
        return Map.copyOf(groups);
    }

    @Override
    public void start(BackendSink sink) {
        if (watched.isEmpty()) {
            sink.deliver(List.of());
        }
        for (Watched name : watched) {
            Optional<InetAddress> literal =
                    Domains.literal(name.source.question().domain());
            if (literal.isPresent()) {
                takeAll(name, List.of(fixed(name.source, literal.get())), sink);
            } else {
                background.run(() -> lookUp(name, sink));
            }
        }
    }

    private static Found.Place fixed(DnsSource source, InetAddress address) {
        return new Found.Place(
                source.question().domain(), address, source.question().port().orElseThrow(), 1, 0);
    }

    @OnBackground
    private void lookUp(Watched name, BackendSink sink) {
        Duration next;
        try {
            Found found = name.lookup.find();
            takeAll(name, found.places(), sink);
            next = pause(name.source.interval(), found.timeToLive());
        } catch (DnsFailure e) {
            if (e.isMissing() && name.source.ifMissing() == IfMissing.REMOVE) {
                takeAll(name, List.of(), sink);
                next = name.source.interval();
            } else {
                next = fail(name, e.getMessage(), sink);
            }
        } catch (RuntimeException e) {
            next = fail(name, "failed: " + e, sink);
        }
        background.after(next, () -> lookUp(name, sink));
    }

    /** The interval, or the time to live if that is shorter; 0 asks not to keep the answer, which the interval is for. */
    private static Duration pause(Duration interval, Duration timeToLive) {
        if (timeToLive.isZero() || timeToLive.compareTo(interval) > 0) {
            return interval;
        }
        return timeToLive.compareTo(SHORTEST) < 0 ? SHORTEST : timeToLive;
    }

    private synchronized void takeAll(Watched name, List<Found.Place> places, BackendSink sink) {
        name.backends = places.stream().map(place -> spec(place, name.source)).toList();
        name.failure = Optional.empty();
        name.failures = 0;
        sink.deliver(together());
        report(sink);
    }

    /** How long to wait: a second, then twice as long each time, up to the interval. */
    private synchronized Duration fail(Watched name, String reason, BackendSink sink) {
        name.failure = Optional.of(reason);
        Duration wait = SHORTEST.multipliedBy(1L << Math.min(MOST_DOUBLINGS, name.failures++));
        report(sink);
        return wait.compareTo(name.source.interval()) < 0 ? wait : name.source.interval();
    }

    private void report(BackendSink sink) {
        String failures = watched.stream()
                .filter(name -> name.failure.isPresent())
                .map(name -> name.source.question().domain() + ": " + name.failure.get())
                .distinct()
                .collect(Collectors.joining("; "));
        if (!failures.isEmpty()) {
            sink.failed(failures);
        }
    }

    /** Of two names that lead to the same backend of a group, the first counts. */
    private List<BackendSpec> together() {
        Map<List<Object>, BackendSpec> byIdentity = new LinkedHashMap<>();
        for (Watched name : watched) {
            for (BackendSpec backend : name.backends) {
                byIdentity.putIfAbsent(
                        List.of(backend.groupName(), backend.protocol(), backend.nameOrAddress()), backend);
            }
        }
        return List.copyOf(byIdentity.values());
    }

    private static BackendSpec spec(Found.Place place, DnsSource source) {
        DnsSource.Membership membership = source.membership();
        return new BackendSpec(
                Optional.empty(),
                place.address().getHostAddress(),
                place.port(),
                membership.protocol(),
                membership.groupName(),
                place.weight(),
                Math.min(255, membership.priority() + place.rank()),
                Map.of("host", place.host()),
                membership.position());
    }

    /** A name with what is known of it; guarded by the discovery. */
    private static final class Watched {
        private final DnsSource source;
        private final NameLookup lookup;
        private List<BackendSpec> backends = List.of();
        private Optional<String> failure = Optional.empty();
        private int failures;

        Watched(DnsSource source) {
            this.source = source;
            this.lookup = new NameLookup(source.question());
        }
    }
}
