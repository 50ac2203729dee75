package io.leba.plugin.protocol.http.fake;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.HttpGroup;
import io.leba.plugin.protocol.http.HttpRoute;
import io.leba.plugin.protocol.http.exchange.Engine;
import io.leba.plugin.protocol.http.head.ForwardStamp;
import io.leba.spi.config.ByteSize;
import io.leba.spi.config.Cidr;
import io.leba.spi.config.Position;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.protocol.FrontendPlan;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.testkit.protocol.TestGroup;
import io.leba.testkit.protocol.TestKernel;
import io.leba.testkit.protocol.TestPool;
import io.leba.testkit.protocol.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The engine on a fake kernel in front of one group. */
public final class Proxy implements AutoCloseable {
    private final TestKernel kernel;
    private final TestGroup group;
    private final List<FrontendPlan.RoutePlan> routes = new ArrayList<>();
    private final List<HttpFilter> filters = new ArrayList<>();
    private final List<ExchangeListener> listeners = new ArrayList<>();
    private HttpConfig config = config();
    private HttpGroup settings = HttpGroup.DEFAULT;
    private boolean hasDefault = true;
    private Engine engine;
    private InetSocketAddress address;

    /** A proxy that is not started. */
    public Proxy(Transport transport) {
        this(transport, "http");
    }

    private Proxy(Transport transport, String spoken) {
        kernel = new TestKernel(transport, "frontend_services[web]");
        group = new TestGroup("app", spoken);
    }

    /** A proxy in front of backends that speak HTTP/2. */
    public static Proxy toHttp2() {
        return new Proxy(Transport.nio(), "h2c");
    }

    /** A proxy for a test. */
    public static Proxy onNio() {
        return new Proxy(Transport.nio());
    }

    /** The defaults as documented. */
    public static HttpConfig config() {
        return new HttpConfig(
                List.of(),
                "leba",
                ForwardStamp.Words.X_FORWARDED,
                HttpConfig.PathPolicy.SAFE,
                0,
                new HttpConfig.Timeouts(
                        Duration.ofSeconds(10),
                        Duration.ZERO,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60)),
                limits(32 << 10, 8 << 10, 100, Optional.empty()),
                http2(),
                http3(),
                new HttpConfig.Upgrade(List.of("websocket"), Duration.ofHours(1), Optional.empty()),
                new HttpConfig.Grpc(Optional.empty()));
    }

    /** HTTP/2 as documented. */
    public static HttpConfig.Http2 http2() {
        return new HttpConfig.Http2(true, 100, new ByteSize(256 << 10), new ByteSize(1 << 20), new ByteSize(256 << 10));
    }

    /** HTTP/3 as documented. */
    public static HttpConfig.Http3 http3() {
        return new HttpConfig.Http3(
                false,
                100,
                new ByteSize(256 << 10),
                new ByteSize(1 << 20),
                HttpConfig.Http3.Retry.BUSY,
                new HttpConfig.Advertise(true, Optional.empty(), Duration.ofDays(1)));
    }

    /** Limits. */
    public static HttpConfig.Limits limits(long head, long target, int fields, Optional<ByteSize> body) {
        return new HttpConfig.Limits(
                new ByteSize(head),
                new ByteSize(target),
                fields,
                body,
                new ByteSize(64 << 10),
                new ByteSize(0),
                new ByteSize(1),
                4);
    }

    /** Trusts the peers in these blocks. */
    public Proxy trusting(String... blocks) {
        config = new HttpConfig(
                List.of(blocks).stream().map(Cidr::parse).toList(),
                config.via(),
                config.forwarded(),
                config.pathPolicy(),
                config.keepAliveRequests(),
                config.timeouts(),
                config.limits(),
                config.http2(),
                config.http3(),
                config.upgrade(),
                config.grpc());
        return this;
    }

    /** Lets clients change to other protocols. */
    public Proxy upgrading(HttpConfig.Upgrade upgrade) {
        config = new HttpConfig(
                config.trustedProxies(),
                config.via(),
                config.forwarded(),
                config.pathPolicy(),
                config.keepAliveRequests(),
                config.timeouts(),
                config.limits(),
                config.http2(),
                config.http3(),
                upgrade,
                config.grpc());
        return this;
    }

    /** Sends requests to the default group again. */
    public Proxy retrying(HttpGroup.Retry retry) {
        settings = new HttpGroup(Optional.of(retry), settings.http2());
        return this;
    }

    /** Gives backends that speak HTTP/2 so much. */
    public Proxy giving(HttpGroup.Http2 http2) {
        settings = new HttpGroup(settings.retry(), http2);
        return this;
    }

    /** Retries as documented, on certain conditions. */
    public static HttpGroup.Retry retry(int attempts, String... on) {
        return new HttpGroup.Retry(
                List.of(on),
                attempts,
                Optional.empty(),
                Optional.empty(),
                20,
                3,
                Duration.ofMillis(25),
                Duration.ofMillis(250),
                new ByteSize(64 << 10),
                false);
    }

    /** Sets limits. */
    public Proxy limited(HttpConfig.Limits limits) {
        config = new HttpConfig(
                config.trustedProxies(),
                config.via(),
                config.forwarded(),
                config.pathPolicy(),
                config.keepAliveRequests(),
                config.timeouts(),
                limits,
                config.http2(),
                config.http3(),
                config.upgrade(),
                config.grpc());
        return this;
    }

    /** Uses a configuration. */
    public Proxy with(HttpConfig other) {
        config = other;
        return this;
    }

    /** Adds a route to a group. */
    public Proxy route(String name, HttpRoute match, TestGroup to, HttpFilter... of) {
        routes.add(new FrontendPlan.RoutePlan(
                name, match, new FrontendPlan.GroupPlan(to, List.of()), List.of(of), Position.NONE));
        return this;
    }

    /** Adds a filter to the frontend. */
    public Proxy filter(HttpFilter filter) {
        filters.add(filter);
        return this;
    }

    /** Tells a listener. */
    public Proxy listener(ExchangeListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Sends nothing where no route matches. */
    public Proxy withoutDefault() {
        hasDefault = false;
        return this;
    }

    /** Starts listening. */
    public Proxy start(int port) {
        engine = new Engine(config, kernel.scope());
        kernel.publish(engine.compile(new FrontendPlan(
                "web",
                "http",
                false,
                routes,
                hasDefault ? Optional.of(new FrontendPlan.GroupPlan(group, List.of(), settings)) : Optional.empty(),
                filters,
                listeners)));
        address = kernel.listen(engine, port);
        return this;
    }

    /** Starts listening on any port, with a backend. */
    public Proxy start(InetSocketAddress... backends) {
        for (InetSocketAddress backend : backends) {
            group.add(backend);
        }
        return start(0);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** The kernel. */
    public TestKernel kernel() {
        return kernel;
    }

    /** The default group. */
    public TestGroup group() {
        return group;
    }

    /** How often a reason was counted. */
    public long refusals(String reason) {
        return count("leba_http_refusals", "reason", reason);
    }

    /** A counter of the frontend. */
    public long count(String name, String... labels) {
        List<String> all = new ArrayList<>(List.of("frontend", "web"));
        all.addAll(List.of(labels));
        return kernel.scope().measured().count(name, all.toArray(String[]::new));
    }

    /** The connections to backends. */
    public TestPool pool() {
        return kernel.loop().pool();
    }

    /** Turns the clock. */
    public void turn(Duration by) {
        kernel.loop().turn(by);
    }

    @Override
    public void close() {
        kernel.close();
    }
}
