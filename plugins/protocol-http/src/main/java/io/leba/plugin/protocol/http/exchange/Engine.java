package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.HttpGroup;
import io.leba.plugin.protocol.http.HttpRoute;
import io.leba.plugin.protocol.http.retry.RetryPolicy;
import io.leba.plugin.protocol.http.route.RouteIndex;
import io.leba.plugin.protocol.http.route.Target;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.Scope;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.protocol.ClientConnection;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.protocol.Group;
import io.leba.spi.protocol.Loop;
import io.leba.spi.protocol.Protocol;
import io.leba.spi.protocol.QuicTerms;
import io.leba.spi.telemetry.ExchangeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** HTTP on one frontend. */
public final class Engine implements Protocol {
    private static final HttpFilter[] NO_FILTERS = {};
    private static final String HTTP_2 = "h2";
    private static final String HTTP_3 = "h3";
    /** Three that HTTP/3 has, and some of types that are not known. */
    private static final int CONTROL_STREAMS = 16;

    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final Optional<QuicTerms> quic;
    private final Alternative alternative;
    final Settings settings;
    final Scope scope;
    private final StreamSource http1;
    private final StreamSource h2c;
    private final StreamSource h2;
    private final LoopState[] loops;
    private volatile Counts counts;
    /** The rules that were compiled last; control thread. */
    private RouteIndex rules = RouteIndex.EMPTY;

    /** An engine with its configuration. */
    public Engine(HttpConfig config, Scope scope) {
        this(config, scope, new Http1Source());
    }

    Engine(HttpConfig config, Scope scope, StreamSource http1) {
        this.http1 = http1;
        this.settings = new Settings(config);
        this.quic = terms(config);
        this.alternative = new Alternative(config.http3());
        this.scope = scope;
        this.h2c = new Http2Source(this, Http2Source.Manner.PRIOR_KNOWLEDGE, scope.loops());
        this.h2 = new Http2Source(this, Http2Source.Manner.ALPN, scope.loops());
        this.loops = new LoopState[scope.loops()];
    }

    @Override
    @OnControl
    public RouteTable compile(FrontendPlan plan) {
        Map<Group, RetryPolicy> policies = new IdentityHashMap<>();
        RouteIndex.Builder routes = new RouteIndex.Builder(rules);
        for (FrontendPlan.RoutePlan route : plan.routes()) {
            routes.add(
                    (HttpRoute) route.match(),
                    new Target(
                            route.name(),
                            route.target().group(),
                            chain(
                                    plan.filters(),
                                    route.filters(),
                                    route.target().filters()),
                            policy(policies, route.target()),
                            settings.http2(route.target())));
        }
        Target fallback = plan.defaultGroup()
                .map(group -> new Target(
                        "",
                        group.group(),
                        chain(plan.filters(), List.of(), group.filters()),
                        policy(policies, group),
                        settings.http2(group)))
                .orElseGet(() ->
                        new Target("", null, chain(plan.filters(), List.of(), List.of()), RetryPolicy.NONE, null));
        Counts all = new Counts(scope.meters(), plan.name());
        counts = all;
        RouteIndex index = routes.build(fallback);
        rules = index.withoutTargets();
        return new FrontendTable(plan.name(), index, plan.listeners().toArray(ExchangeListener[]::new), all);
    }

    /** All rules that lead to a group share its policy, and so its budget. */
    private RetryPolicy policy(Map<Group, RetryPolicy> policies, FrontendPlan.GroupPlan target) {
        return target.settings() instanceof HttpGroup settings
                ? policies.computeIfAbsent(target.group(), key -> RetryPolicy.of(settings, scope.loops()))
                : RetryPolicy.NONE;
    }

    private static HttpFilter[] chain(List<HttpFilter> frontend, List<HttpFilter> route, List<HttpFilter> group) {
        if (frontend.isEmpty() && route.isEmpty() && group.isEmpty()) {
            return NO_FILTERS;
        }
        List<HttpFilter> all = new ArrayList<>(frontend);
        all.addAll(route);
        all.addAll(group);
        return all.toArray(HttpFilter[]::new);
    }

    @Override
    @OnControl
    public List<String> applicationProtocols() {
        return settings.http2 == null ? List.of() : List.of(HTTP_2, "http/1.1");
    }

    /** What of a connection belongs to no exchange is counted here. */
    Counts counts() {
        return counts;
    }

    @Override
    @OnControl
    public Optional<QuicTerms> quic() {
        return quic;
    }

    /** How long nothing may come on a connection of QUIC: whoever waits for a backend is not cut off by it. */
    private static Optional<QuicTerms> terms(HttpConfig config) {
        HttpConfig.Http3 http3 = config.http3();
        if (!http3.enabled()) {
            return Optional.empty();
        }
        HttpConfig.Timeouts timeouts = config.timeouts();
        Duration idle = Stream.of(timeouts.idle(), timeouts.firstByte(), timeouts.backendIdle())
                .max(Duration::compareTo)
                .orElseThrow();
        return Optional.of(new QuicTerms(
                List.of(HTTP_3),
                http3.maxConcurrentStreams(),
                CONTROL_STREAMS,
                http3.streamWindow().bytes(),
                http3.connectionWindow().bytes(),
                idle.plus(MARGIN),
                http3.retry() == HttpConfig.Http3.Retry.ALWAYS
                        ? QuicTerms.Validation.ALWAYS
                        : QuicTerms.Validation.BUSY));
    }

    /** The value of {@code Alt-Svc} for this client; null: none. */
    byte[] alternative(ClientConnection client) {
        return alternative.value(client);
    }

    @Override
    @OnLoop
    public void accept(ClientConnection client) {
        LoopState state = state(client.loop());
        if (client.applicationProtocol().equals(HTTP_3)) {
            client.channel().pipeline().addLast(new Http3Client(this, client, state));
            return;
        }
        boolean isHttp2 = client.applicationProtocol().equals(HTTP_2);
        client.channel()
                .pipeline()
                .addLast(
                        isHttp2
                                ? new Http2Client(this, client, state)
                                : settings.http2 == null || client.isSecure()
                                        ? new Http1Client(this, client, state)
                                        : new PrefaceSniffer(this, client, state));
    }

    /** Where streams to the group's backends come from. */
    StreamSource source(Group group) {
        return switch (group.spoken()) {
            case "h2c" -> h2c;
            case "h2" -> h2;
            default -> http1;
        };
    }

    /** The state of the calling loop; each loop touches its own element only. */
    LoopState state(Loop loop) {
        LoopState state = loops[loop.index()];
        if (state == null) {
            state = new LoopState(loop);
            loops[loop.index()] = state;
        }
        return state;
    }
}
