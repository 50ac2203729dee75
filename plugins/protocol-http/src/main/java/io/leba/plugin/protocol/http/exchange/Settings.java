package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.HttpGroup;
import io.leba.plugin.protocol.http.h2.BackendLimits;
import io.leba.plugin.protocol.http.h2.Http2Limits;
import io.leba.plugin.protocol.http.h3.Http3Limits;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.plugin.protocol.http.head.HeadLimits;
import io.leba.plugin.protocol.http.head.Upgrades;
import io.leba.spi.config.Cidr;
import io.leba.spi.protocol.FrontendPlan;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A frontend's configuration in the units of the hot path. */
final class Settings {
    private static final int RESPONSE_FIELDS = 1000;
    private static final int SEND_BUFFER = 256 << 10;
    private static final long SETTINGS_NANOS = 10_000_000_000L;

    final HeadLimits requestLimits;
    final HeadLimits responseLimits;
    final long bodyLimit;
    final boolean refusesAmbiguousSlashes;
    final int keepAliveRequests;
    final String via;
    final ForwardStamp.Words words;
    final byte[] lowerVia;
    /** How often a request may have passed this name before. */
    final int mostPasses;

    final long requestHeadMillis;
    final long requestMillis;
    final long idleMillis;
    final long firstByteMillis;
    final long backendIdleMillis;
    final long tunnelIdleMillis;
    /** Of a body, a second; 0: any. */
    final long minReceiveRate;
    /** What a client must take of what waits for it while it may be idle. */
    final long leastTaken;

    final long pingMillis;
    /** How long a gRPC call may take; 0: as long as it wants. */
    final long grpcMillis;

    final Upgrades upgrades;
    /** HTTP/2 with clients; null: it is not spoken. */
    final Http2Limits http2;

    private final int responseHead;

    /** HTTP/3 with clients; null: it is not spoken. */
    final Http3Limits http3;

    private final List<Cidr> trustedProxies;

    Settings(HttpConfig config) {
        HttpConfig.Limits limits = config.limits();
        requestLimits = new HeadLimits(
                (int) limits.head().bytes(), (int) limits.target().bytes(), limits.headers());
        responseLimits = new HeadLimits((int) limits.responseHead().bytes(), 0, RESPONSE_FIELDS);
        bodyLimit = limits.body().map(size -> size.bytes()).orElse(Long.MAX_VALUE);
        refusesAmbiguousSlashes = config.pathPolicy() == HttpConfig.PathPolicy.STRICT;
        keepAliveRequests = config.keepAliveRequests() == 0 ? Integer.MAX_VALUE : config.keepAliveRequests();
        via = config.via();
        words = config.forwarded();
        lowerVia = via.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        mostPasses = limits.passes();
        requestHeadMillis = millis(config.timeouts().requestHead());
        requestMillis = millis(config.timeouts().request());
        idleMillis = millis(config.timeouts().idle());
        firstByteMillis = millis(config.timeouts().firstByte());
        backendIdleMillis = millis(config.timeouts().backendIdle());
        minReceiveRate = limits.minReceiveRate().bytes();
        leastTaken = Math.max(1, limits.minSendRate().bytes() * idleMillis / 1000);
        tunnelIdleMillis = millis(config.upgrade().idle());
        pingMillis = config.upgrade().ping().map(Settings::millis).orElse(0L);
        grpcMillis = config.grpc().maxTimeout().map(Settings::millis).orElse(0L);
        upgrades = new Upgrades(config.upgrade().protocols());
        trustedProxies = List.copyOf(config.trustedProxies());
        http2 = config.http2().enabled() ? http2(config) : null;
        responseHead = (int) limits.responseHead().bytes();
        http3 = config.http3().enabled()
                ? new Http3Limits(
                        (int) config.limits().head().bytes(), config.limits().headers())
                : null;
    }

    private static Http2Limits http2(HttpConfig config) {
        HttpConfig.Http2 http2 = config.http2();
        return new Http2Limits(
                http2.maxConcurrentStreams(),
                (int) http2.streamWindow().bytes(),
                (int) http2.connectionWindow().bytes(),
                (int) config.limits().head().bytes(),
                config.limits().headers(),
                (int) http2.sendBuffer().bytes(),
                config.timeouts().requestHead().toNanos(),
                config.timeouts().idle().toNanos());
    }

    /** What the backends of a group are given where they speak HTTP/2. A connection has room for the windows of all its streams. */
    BackendLimits http2(FrontendPlan.GroupPlan group) {
        HttpGroup.Http2 given = group.settings() instanceof HttpGroup own ? own.http2() : HttpGroup.Http2.DEFAULT;
        long window = given.streamWindow().bytes();
        return new BackendLimits(
                given.maxConnections(),
                given.maxWaiting(),
                new Http2Limits(
                        given.maxConcurrentStreams(),
                        (int) window,
                        (int) Math.min(Integer.MAX_VALUE, window * given.maxConcurrentStreams()),
                        responseHead,
                        RESPONSE_FIELDS,
                        SEND_BUFFER,
                        SETTINGS_NANOS,
                        idleMillis * 1_000_000));
    }

    private static long millis(Duration duration) {
        return duration.toMillis();
    }

    boolean isTrusted(InetAddress address) {
        if (trustedProxies.isEmpty()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        for (Cidr block : trustedProxies) {
            if (block.contains(bytes)) {
                return true;
            }
        }
        return false;
    }
}
