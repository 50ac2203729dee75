package ${package};

import io.leba.spi.Scope;
#if( $kind == "balancer" )
import io.leba.spi.balance.Balancer;
import io.leba.spi.balance.BalancerPolicy;
import io.leba.spi.balance.BalancerProvider;

/** {@code algorithm: {type: ${type}}} of a group. */
final class ${className}Provider implements BalancerProvider<${className}Config> {
#elseif( $kind == "filter" )
import io.leba.spi.http.HttpExchange;
import io.leba.spi.http.HttpFilter;
import io.leba.spi.http.HttpFilterProvider;
import io.leba.spi.http.HttpResponse;

/** The key {@code ${type}} of a frontend, a group or a rule. */
final class ${className}Provider implements HttpFilterProvider<${className}Config> {
#elseif( $kind == "health-check" )
import io.leba.spi.health.Conversation;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.HealthCheck;
import io.leba.spi.health.HealthCheckProvider;
import io.leba.spi.health.ProbeResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** {@code health_check: {type: ${type}}} of a group. */
final class ${className}Provider implements HealthCheckProvider<${className}Config> {
#else
import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code discovery: {type: ${type}}} of a group. */
final class ${className}Provider implements DiscoveryProvider<${className}Config> {
#end
    @Override
    public String type() {
        return "${type}";
    }

    @Override
    public Class<${className}Config> configType() {
        return ${className}Config.class;
    }

#if( $kind == "balancer" )
    /** The policy lives as long as the group; the balancer that it compiles is immutable and never waits. */
    @Override
    public BalancerPolicy create(${className}Config config, Scope scope) {
        return set -> {
            int[] slots = new int[set.availableCount()];
            long[] ends = new long[slots.length];
            long sum = 0;
            for (int i = 0, slot = 0; i < set.size(); i++) {
                if (set.available(i)) {
                    sum += set.weight(i);
                    slots[slot] = i;
                    ends[slot++] = sum;
                }
            }
            long all = sum;
            return pick -> {
                int best = Balancer.NONE;
                for (int draw = 0; draw < config.draws() && slots.length > 0; draw++) {
                    int drawn = slots[find(ends, pick.random((int) Math.min(all, Integer.MAX_VALUE)))];
                    if (best == Balancer.NONE
                            || (long) set.inFlight(drawn) * set.weight(best) < (long) set.inFlight(best) * set.weight(drawn)) {
                        best = drawn;
                    }
                }
                return best;
            };
        };
    }

    /** The first slot whose end lies beyond the number, by halves. */
    private static int find(long[] ends, long number) {
        int low = 0;
        int high = ends.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (number < ends[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
#elseif( $kind == "filter" )
    @Override
    public Phase phase() {
        return Phase.TRANSFORM;
    }

    /** One instance serves all exchanges on all loops. */
    @Override
    public HttpFilter create(${className}Config config, Scope scope) {
        return new HttpFilter() {
            @Override
            public void onResponse(HttpResponse response, HttpExchange exchange) {
                response.setHeader("x-${type}", config.value());
            }
        };
    }
}
#elseif( $kind == "health-check" )
    /** A conversation without I/O: the kernel connects, applies the timeout and moves the bytes. */
    @Override
    public HealthCheck create(${className}Config config, Scope scope) {
        byte[] said = (config.say() + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] expected = (config.expect() + "\n").getBytes(StandardCharsets.UTF_8);
        return (ConversationCheck) target -> new Conversation() {
            private int matched;

            @Override
            public Step opened() {
                return Step.send(ByteBuffer.wrap(said));
            }

            @Override
            public Step received(ByteBuffer bytes) {
                while (bytes.hasRemaining()) {
                    if (bytes.get() != expected[matched++]) {
                        return Step.done(ProbeResult.down("expected '" + config.expect() + "'"));
                    }
                    if (matched == expected.length) {
                        return Step.done(ProbeResult.up());
                    }
                }
                return Step.await();
            }

            @Override
            public ProbeResult closed() {
                return ProbeResult.down("closed without an answer");
            }
        };
    }
}
#else
    /** Reading a file blocks, so it is done in the background; that ends with the scope. */
    @Override
    public Discovery create(${className}Config config, Scope scope) {
        return sink -> scope.background()
                .every(Duration.ZERO, Duration.ofSeconds(1), () -> look(config.file(), sink));
    }

    /** All there is now, or why there is nothing; the kernel keeps the last good list then. */
    private static void look(Path file, BackendSink sink) {
        List<BackendSpec> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int colon = line.lastIndexOf(':');
                found.add(BackendSpec.of(line.substring(0, colon), Integer.parseInt(line.substring(colon + 1))));
            }
            sink.deliver(found);
        } catch (IOException e) {
            sink.failed(file + " cannot be read");
        } catch (RuntimeException e) {
            sink.failed(file + " must hold address:port on each line");
        }
    }
}
#end
