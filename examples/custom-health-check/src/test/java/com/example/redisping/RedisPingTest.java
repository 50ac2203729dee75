package com.example.redisping;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.testkit.node.TestNode;
import io.leba.testkit.node.TurnedClock;
import io.leba.testkit.origin.TcpOrigin;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Seen from outside, with LEBA in this process and a clock that the test turns: ten seconds pass in no time. */
class RedisPingTest {
    @Test
    void aRedisThatIsLoadingGetsNoTraffic() throws Exception {
        AtomicReference<String> answer = new AtomicReference<>("+PONG");
        TurnedClock clock = new TurnedClock();
        try (TcpOrigin redis = TcpOrigin.playing(session -> {
                    while (session.readLine() != null) {
                        session.send(answer.get() + "\r\n");
                    }
                });
                TestNode node = TestNode.builder().clock(clock).start("""
                        frontend_services:
                          - {protocol: tcp, address: 127.0.0.1, port: 0, default_backend: redis}
                        backend_groups:
                          - name: redis
                            protocol: tcp
                            health_check: {type: redis-ping, interval: 10s, rise: 1, fall: 1}
                        backends:
                          - {name: r1, address: 127.0.0.1, port: %d, protocol: tcp, group_name: redis}
                        """.formatted(redis.port()))) {
            node.turnUntil(
                    Duration.ofSeconds(1), "up", () -> node.backend("redis", "r1").health().equals("up"));

            answer.set("-LOADING Redis is loading the dataset in memory");
            node.turnUntil(
                    Duration.ofSeconds(1), "down", () -> node.backend("redis", "r1").health().equals("down"));
            assertEquals(
                    "LOADING Redis is loading the dataset in memory",
                    node.backend("redis", "r1").reason());

            node.assertUnloads(RedisPingPlugin.class);
        }
    }
}
