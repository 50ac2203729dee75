package io.leba.plugin.discovery.dns;

import io.leba.spi.OnBackground;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;
import org.xbill.DNS.lookup.ServerFailedException;

/**
 * Looks up one name. Servers are asked in their order, each twice, until one answers, be it that there is no such name.
 * Nothing is cached: how long an answer holds is said with it.
 */
@OnBackground
final class NameLookup {
    private static final int ATTEMPTS = 2;
    private static final Comparator<Found.Place> ORDER = Comparator.comparingInt(Found.Place::rank)
            .thenComparing(place -> place.address().getHostAddress())
            .thenComparingInt(Found.Place::port);

    private final DnsSource.Question question;

    NameLookup(DnsSource.Question question) {
        this.question = question;
    }

    /** What the name stands for now. */
    Found find() throws DnsFailure {
        try {
            return Domains.isService(question.domain())
                    ? services(Name.fromString(question.domain()))
                    : addresses(Name.fromString(question.domain()));
        } catch (TextParseException e) {
            throw DnsFailure.missing("is no domain name");
        }
    }

    private Found addresses(Name name) throws DnsFailure {
        Answer answer = addressRecords(name);
        List<Found.Place> places = new ArrayList<>();
        for (InetAddress address : answer.addresses()) {
            places.add(
                    new Found.Place(question.domain(), address, question.port().orElseThrow(), 1, 0));
        }
        return new Found(places.stream().sorted(ORDER).toList(), answer.timeToLive());
    }

    private Found services(Name name) throws DnsFailure {
        Answer answer = records(name, Type.SRV);
        List<SRVRecord> services = answer.records().stream()
                .map(SRVRecord.class::cast)
                .filter(service -> !service.getTarget().equals(Name.root)) // "decidedly not available"
                .toList();
        List<Integer> priorities = new ArrayList<>(
                new TreeSet<>(services.stream().map(SRVRecord::getPriority).toList()));
        Duration timeToLive = answer.timeToLive();
        List<Found.Place> places = new ArrayList<>();
        for (SRVRecord service : services) {
            try {
                Answer target = addressRecords(service.getTarget());
                timeToLive = shorter(timeToLive, target.timeToLive());
                for (InetAddress address : target.addresses()) {
                    // A record of weight 0 is to be used seldom (RFC 2782), not never.
                    places.add(new Found.Place(
                            service.getTarget().toString(true),
                            address,
                            service.getPort(),
                            Math.max(1, service.getWeight()),
                            priorities.indexOf(service.getPriority())));
                }
            } catch (DnsFailure e) {
                if (!e.isMissing()) {
                    throw e;
                }
            }
        }
        if (places.isEmpty() && !services.isEmpty()) {
            throw DnsFailure.missing("none of its SRV targets has an address");
        }
        return new Found(places.stream().sorted(ORDER).toList(), timeToLive);
    }

    private Answer addressRecords(Name name) throws DnsFailure {
        return switch (question.family()) {
            case IPV4 -> records(name, Type.A);
            case IPV6 -> records(name, Type.AAAA);
            case AUTO -> {
                try {
                    yield records(name, Type.A);
                } catch (DnsFailure e) {
                    yield orIfMissing(e, name);
                }
            }
            case ALL -> both(name);
        };
    }

    private Answer orIfMissing(DnsFailure first, Name name) throws DnsFailure {
        if (!first.isMissing()) {
            throw first;
        }
        return records(name, Type.AAAA);
    }

    private Answer both(Name name) throws DnsFailure {
        Answer first;
        try {
            first = records(name, Type.A);
        } catch (DnsFailure e) {
            return orIfMissing(e, name);
        }
        try {
            return first.and(records(name, Type.AAAA));
        } catch (DnsFailure e) {
            if (!e.isMissing()) {
                throw e;
            }
            return first;
        }
    }

    private Answer records(Name name, int type) throws DnsFailure {
        boolean isOfSystem = question.servers().isEmpty();
        List<InetSocketAddress> servers = isOfSystem ? Servers.ofSystem() : question.servers();
        Set<String> reasons = new LinkedHashSet<>();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            for (InetSocketAddress server : servers) {
                if (Thread.currentThread().isInterrupted()) {
                    throw DnsFailure.unanswered("interrupted");
                }
                try {
                    return ask(session(server, isOfSystem), name, type);
                } catch (CompletionException e) {
                    reasons.add(text(server) + " " + reason(e.getCause()));
                }
            }
        }
        if (isOfSystem) {
            ResolverConfig.refresh(); // it may have changed since it was read
        }
        throw DnsFailure.unanswered(String.join(", ", reasons));
    }

    private LookupSession session(InetSocketAddress server, boolean isOfSystem) {
        LookupSession.LookupSessionBuilder session = LookupSession.builder()
                .resolver(new BlockingResolver(server, question.timeout()))
                .executor(Runnable::run);
        if (isOfSystem) {
            ResolverConfig system = ResolverConfig.getCurrentConfig();
            session.ndots(system.ndots()).searchPath(system.searchPath()).defaultHostsFileParser();
        }
        return session.build();
    }

    private static Answer ask(LookupSession session, Name name, int type) throws DnsFailure {
        try {
            List<Record> records =
                    session.lookupAsync(name, type).toCompletableFuture().join().getRecords();
            if (records.isEmpty()) {
                throw missing(type);
            }
            return new Answer(records);
        } catch (CompletionException e) {
            if (e.getCause() instanceof NoSuchDomainException) {
                throw DnsFailure.missing("no such domain");
            }
            if (e.getCause() instanceof NoSuchRRSetException) {
                throw missing(type);
            }
            throw e;
        }
    }

    private static DnsFailure missing(int type) {
        return DnsFailure.missing("has no " + Type.string(type) + " record");
    }

    private String reason(Throwable cause) {
        Throwable root = cause instanceof IOException || cause.getCause() == null ? cause : cause.getCause();
        if (root instanceof SocketTimeoutException) {
            return "did not answer within " + question.timeout().toMillis() + " ms";
        }
        if (root instanceof PortUnreachableException || root instanceof ConnectException) {
            return "cannot be reached";
        }
        return root instanceof ServerFailedException ? "answered SERVFAIL" : "failed: " + root.getMessage();
    }

    private static String text(InetSocketAddress server) {
        String host = server.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + server.getPort();
    }

    /** The shorter of two times to live, of which zero says nothing. */
    private static Duration shorter(Duration one, Duration other) {
        if (one.isZero() || other.isZero()) {
            return one.plus(other);
        }
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Records of one type, at least one. */
    private record Answer(List<Record> records) {
        Duration timeToLive() {
            return Duration.ofSeconds(
                    records.stream().mapToLong(Record::getTTL).min().orElse(0));
        }

        List<InetAddress> addresses() {
            return records.stream()
                    .map(record -> record instanceof ARecord v4 ? v4.getAddress() : ((AAAARecord) record).getAddress())
                    .distinct()
                    .toList();
        }

        Answer and(Answer other) {
            List<Record> all = new ArrayList<>(records);
            all.addAll(other.records);
            return new Answer(List.copyOf(all));
        }
    }
}
