package com.example.toys;

import io.leba.spi.Scope;
import io.leba.spi.auth.AuthProvider;
import io.leba.spi.auth.Authenticator;
import io.leba.spi.auth.Identity;
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.cluster.ClusterProvider;
import io.leba.spi.cluster.ClusterState;
import io.leba.spi.config.Default;
import io.leba.spi.config.Doc;
import io.leba.spi.config.NoConfig;
import io.leba.spi.control.Service;
import io.leba.spi.control.ServiceProvider;
import io.leba.spi.health.BackgroundCheck;
import io.leba.spi.health.Conversation;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.http.HttpAnswer;
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.http.HttpRequest;
import io.leba.spi.http.HttpResponse;
import io.leba.spi.http.Verdict;
import io.leba.spi.protocol.ServiceSocket;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.spi.telemetry.Telemetry;
import io.leba.spi.telemetry.TelemetryProvider;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The toys that fit on a few lines. */
final class Toys {
    private Toys() {}

    static final class RoundRobin implements BalancerProvider<NoConfig> {
        @Override
        public String type() {
            return "round-robin";
        }

        @Override
        public Class<NoConfig> configType() {
            return NoConfig.class;
        }

        @Override
        public BalancerPolicy create(NoConfig config, Scope scope) {
            AtomicInteger cursor = new AtomicInteger();
            return set -> pick -> {
                for (int i = 0; i < set.size(); i++) {
                    int index = Math.floorMod(cursor.getAndIncrement(), set.size());
                    if (set.available(index)) {
                        return index;
                    }
                }
                return Balancer.NONE;
            };
        }
    }

    @Doc("Expects a word.")
    record PongConfig(@Doc("The word.") @Default("pong") String word) {}

    static final class Pong implements HealthCheckProvider<PongConfig> {
        @Override
        public String type() {
            return "pong";
        }

        @Override
        public Class<PongConfig> configType() {
            return PongConfig.class;
        }

        @Override
        public HealthCheck create(PongConfig config, Scope scope) {
            return (ConversationCheck) target -> new Conversation() {
                private final StringBuilder said = new StringBuilder();

                @Override
                public Step opened() {
                    return Step.send(ByteBuffer.wrap("ping\n".getBytes(StandardCharsets.US_ASCII)));
                }

                @Override
                public Step received(ByteBuffer bytes) {
                    while (bytes.hasRemaining() && said.length() < config.word().length() + 1) {
                        said.append((char) bytes.get());
                    }
                    if (said.length() <= config.word().length()) {
                        return Step.await();
                    }
                    return Step.done(
                            said.toString().equals(config.word() + "\n")
                                    ? ProbeResult.up()
                                    : ProbeResult.down("another word"));
                }

                @Override
                public ProbeResult closed() {
                    return ProbeResult.down("closed without the word");
                }
            };
        }
    }

    static final class Knock implements HealthCheckProvider<NoConfig> {
        @Override
        public String type() {
            return "knock";
        }

        @Override
        public Class<NoConfig> configType() {
            return NoConfig.class;
        }

        @Override
        public HealthCheck create(NoConfig config, Scope scope) {
            return (BackgroundCheck) target -> {
                try (SocketChannel channel = SocketChannel.open(target.backend().address())) {
                    ByteBuffer one = ByteBuffer.allocate(1);
                    int read = channel.read(one);
                    return read == 1 && one.get(0) == 'y' ? ProbeResult.up() : ProbeResult.down("it did not say yes");
                }
            };
        }
    }

    static final class Tag implements HttpFilterProvider<NoConfig> {
        @Override
        public String type() {
            return "tag";
        }

        @Override
        public Class<NoConfig> configType() {
            return NoConfig.class;
        }

        @Override
        public Phase phase() {
            return Phase.TRANSFORM;
        }

        @Override
        public HttpFilter create(NoConfig config, Scope scope) {
            return new HttpFilter() {
                @Override
                public Verdict onRequest(HttpRequest request, HttpExchange exchange) {
                    exchange.attach(this, request.method());
                    return request.method().equals("POST")
                            ? Verdict.answer(HttpAnswer.text(403, "no", "no_post"))
                            : Verdict.proceed();
                }

                @Override
                public void onResponse(HttpResponse response, HttpExchange exchange) {
                    response.setHeader("x-method", String.valueOf(exchange.attachment(this)));
                }
            };
        }
    }

    static final class Counting implements TelemetryProvider<NoConfig> {
        @Override
        public String type() {
            return "counting";
        }

        @Override
        public Class<NoConfig> configType() {
            return NoConfig.class;
        }

        @Override
        public Telemetry create(NoConfig config, Scope scope) {
            LongAdder bytes = new LongAdder();
            return new Telemetry() {
                @Override
                public Optional<ExchangeListener> exchanges() {
                    return Optional.of(exchange -> bytes.add(exchange.bytesOut()));
                }
            };
        }
    }

    static final class Desk implements ServiceProvider<NoConfig> {
        @Override
        public String type() {
            return "desk";
        }

        @Override
        public Class<NoConfig> configType() {
            return NoConfig.class;
        }

        @Override
        public Service create(NoConfig config, Scope scope) {
            Set<Channel> open = ConcurrentHashMap.newKeySet();
            scope.onClose(() -> open.forEach(Channel::close));
            ServiceSocket socket = new ServiceSocket() {
                @Override
                public InetSocketAddress address() {
                    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
                }

                @Override
                public void accepted(Channel channel) {
                    open.add(channel);
                }
            };
            return new Service() {
                @Override
                public List<ServiceSocket> sockets() {
                    return List.of(socket);
                }

                @Override
                public void start(io.leba.spi.control.Control control) {
                    control.state();
                    control.plugins();
                    control.endpoints();
                }
            };
        }
    }

    static final class Lonely implements ClusterProvider<NoConfig> {
        @Override
        public String type() {
            return "lonely";
        }

        @Override
        public Class<NoConfig> configType() {
            return NoConfig.class;
        }

        @Override
        public ClusterState create(NoConfig config, Scope scope) {
            return scope.cluster();
        }
    }

    static final class Password implements AuthProvider<NoConfig> {
        @Override
        public String type() {
            return "password";
        }

        @Override
        public Class<NoConfig> configType() {
            return NoConfig.class;
        }

        @Override
        public Authenticator create(NoConfig config, Scope scope) {
            return credentials -> CompletableFuture.completedFuture(credentials
                    .authorization()
                    .<Authenticator.Decision>map(text -> text.equals("Password open-sesame")
                            ? new Authenticator.Decision.Granted(new Identity("ali", Set.of("reader"), Map.of()))
                            : new Authenticator.Decision.Denied("unknown password", "Password"))
                    .orElseGet(() -> new Authenticator.Decision.NotPresented("Password")));
        }
    }
}
