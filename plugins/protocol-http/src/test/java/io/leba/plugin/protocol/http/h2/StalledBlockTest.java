package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slowloris in HTTP/2: what begins must end, whether or not other requests are under way. */
class StalledBlockTest {
    private static byte[] sent(String how) {
        Frames frames = Frames.client();
        byte[] block = frames.block(Frames.get());
        return switch (how) {
            case "a block without its CONTINUATION" ->
                frames.frame(1, 1, 1, block).bytes();
            case "half of a frame" -> {
                byte[] whole = frames.frame(1, 5, 1, block).bytes();
                yield Arrays.copyOf(whole, whole.length - 3);
            }
            default -> {
                byte[] whole = frames.frame(1, 5, 1, block).bytes();
                yield Arrays.copyOf(whole, whole.length - block.length - 4);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"a block without its CONTINUATION", "half of a frame", "half of a frame's header"})
    void what_does_not_come_whole_ends_the_connection_in_the_time_of_a_head(String how) {
        try (Origin origin = Origin.saying("x");
                Proxy proxy = Proxy.onNio().start(origin.address());
                RawClient client = new RawClient(proxy.address())) {
            client.send(sent(how));
            for (int i = 0; i < 12; i++) {
                proxy.turn(Duration.ofSeconds(1));
            }
            client.rest();
            assertEquals(1, proxy.count("leba_http2_faults", "reason", "header_timeout"));
            assertEquals(0, proxy.group().picks());
            proxy.turn(Duration.ofSeconds(3));
            Eventually.until(() -> proxy.kernel().clients() == 0);
        }
    }
}
