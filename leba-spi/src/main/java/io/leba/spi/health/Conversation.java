package io.leba.spi.health;

import io.leba.spi.OnLoop;
import java.nio.ByteBuffer;
import java.util.Optional;

/** One probe. Calls come from one thread, in order: opened, then any number of received, then at most one closed. */
@OnLoop
public interface Conversation {
    /**
     * The connection stands. What is said first, and perhaps the verdict already: a check that only connects answers
     * {@code Step.done(ProbeResult.up())}.
     */
    Step opened();

    /**
     * Bytes came, in pieces of any size.
     *
     * @param bytes valid during the call; what is not consumed is not offered again
     */
    Step received(ByteBuffer bytes);

    /** The backend closed before there was a verdict. */
    ProbeResult closed();

    /**
     * What to do next.
     *
     * @param send bytes to send now; empty if none
     * @param result the verdict, which ends the probe; empty to go on
     */
    record Step(Optional<ByteBuffer> send, Optional<ProbeResult> result) {
        private static final Step WAIT = new Step(Optional.empty(), Optional.empty());

        /** Wait for more bytes. */
        public static Step await() {
            return WAIT;
        }

        /** Send, then wait. */
        public static Step send(ByteBuffer bytes) {
            return new Step(Optional.of(bytes), Optional.empty());
        }

        /** The verdict. */
        public static Step done(ProbeResult result) {
            return new Step(Optional.empty(), Optional.of(result));
        }
    }
}
