package io.leba.plugin.health.tcp;

import io.leba.spi.health.Conversation;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.health.Target;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Connects; says and expects what it is configured to. Immutable. */
final class TcpCheck implements ConversationCheck {
    /** How much of an answer is looked at. */
    static final int LIMIT = 64 * 1024;

    private final Optional<byte[]> send;
    private final Optional<String> expect;
    private final Optional<Needle> needle;

    TcpCheck(TcpCheckConfig config) {
        this.send = config.send().map(text -> text.getBytes(StandardCharsets.UTF_8));
        this.expect = config.expect();
        this.needle = expect.map(text -> new Needle(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Conversation begin(Target target) {
        return new Dialogue();
    }

    private final class Dialogue implements Conversation {
        private int matched;
        private int seen;

        @Override
        public Step opened() {
            if (send.isPresent()) {
                return Step.send(ByteBuffer.wrap(send.get()).asReadOnlyBuffer());
            }
            return needle.isPresent() ? Step.await() : Step.done(ProbeResult.up());
        }

        @Override
        public Step received(ByteBuffer bytes) {
            if (!bytes.hasRemaining()) {
                return Step.await();
            }
            if (needle.isEmpty()) {
                return Step.done(ProbeResult.up());
            }
            while (bytes.hasRemaining() && seen < LIMIT) {
                matched = needle.get().next(matched, bytes.get());
                seen++;
                if (matched == needle.get().length()) {
                    return Step.done(ProbeResult.up());
                }
            }
            return seen < LIMIT ? Step.await() : Step.done(missing(" in its first " + LIMIT + " bytes"));
        }

        @Override
        public ProbeResult closed() {
            return seen == 0 ? ProbeResult.down("closed without an answer") : missing("");
        }

        private ProbeResult missing(String where) {
            return ProbeResult.down("answer does not contain '" + expect.orElse("") + "'" + where);
        }
    }
}
