package io.leba.testkit.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.health.Conversation;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.ProbeResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScriptedProbeTest {
    /** Says hello, counts what comes, and wants three bytes. */
    private static final ConversationCheck WANTS_THREE = target -> new Conversation() {
        private int seen;
        private int pieces;

        @Override
        public Step opened() {
            return Step.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public Step received(ByteBuffer bytes) {
            seen += bytes.remaining();
            pieces++;
            return seen < 3 ? Step.await() : Step.done(ProbeResult.down("in " + pieces + " pieces"));
        }

        @Override
        public ProbeResult closed() {
            return ProbeResult.up();
        }
    };

    @Test
    void bytesComeInPiecesUntilThereIsAVerdict() {
        assertEquals(
                "down: in 3 pieces",
                ScriptedProbe.connected(WANTS_THREE, 1).answer("abcdef").verdict());
        assertEquals(
                "down: in 1 pieces",
                ScriptedProbe.connected(WANTS_THREE, 4).answer("abcdef").verdict());
    }

    @Test
    void closingMattersOnlyBeforeTheVerdict() {
        assertEquals(
                "up",
                ScriptedProbe.connected(WANTS_THREE, 1).answer("ab").close().verdict());
        assertEquals(
                "down: in 3 pieces",
                ScriptedProbe.connected(WANTS_THREE, 1).answer("abc").close().verdict());
    }

    @Test
    void whatWasSaidCanBeRead() {
        ScriptedProbe probe = ScriptedProbe.connected(WANTS_THREE, 1);

        assertEquals("hello", probe.sent());
        assertEquals("waiting", probe.verdict());
    }
}
