package io.leba.testkit.health;

import io.leba.spi.health.Conversation;
import io.leba.spi.health.Conversation.Step;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.ProbeResult;
import io.leba.spi.health.Target;
import io.leba.testkit.balance.ScriptedBackends;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One probe of a backend that answers what a test says, in pieces of a size it says. As a kernel does, it hands out buffers
 * that are overwritten after the call, and calls nothing more once there is a verdict. One thread.
 */
public final class ScriptedProbe {
    private static final int END = -1;

    private final Conversation conversation;
    private final int fragment;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private Optional<ProbeResult> result;

    private ScriptedProbe(ConversationCheck check, Target target, int fragment) {
        this.conversation = check.begin(target);
        this.fragment = fragment;
        this.result = Optional.empty();
        follow(conversation.opened());
    }

    /** Connects; the backend is {@code 10.0.0.0:80} and its bytes come {@code fragment} at a time. */
    public static ScriptedProbe connected(ConversationCheck check, int fragment) {
        return new ScriptedProbe(
                check, new Target(ScriptedBackends.equal(1).backend(0), Duration.ofSeconds(1)), fragment);
    }

    /** The backend says something, each character one byte. */
    public ScriptedProbe answer(String latin1) {
        return answer(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The backend says something. */
    public ScriptedProbe answer(byte[] bytes) {
        for (int from = 0; from < bytes.length && result.isEmpty(); from += fragment) {
            int length = Math.min(fragment, bytes.length - from);
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(length).put(bytes, from, length).flip();
            follow(conversation.received(buffer));
            for (int i = 0; i < length; i++) {
                buffer.put(i, (byte) END);
            }
        }
        return this;
    }

    /** The backend closes. */
    public ScriptedProbe close() {
        if (result.isEmpty()) {
            result = Optional.of(conversation.closed());
        }
        return this;
    }

    private void follow(Step step) {
        step.send().ifPresent(bytes -> {
            while (bytes.hasRemaining()) {
                sent.write(bytes.get());
            }
        });
        result = step.result();
    }

    /** The verdict; empty while the check waits for more. */
    public Optional<ProbeResult> result() {
        return result;
    }

    /** {@code up}, {@code down: reason}, or {@code waiting}. */
    public String verdict() {
        return result.map(verdict -> verdict.isUp() ? "up" : "down: " + verdict.reason())
                .orElse("waiting");
    }

    /** What the check has said so far, one character a byte. */
    public String sent() {
        return sent.toString(StandardCharsets.ISO_8859_1);
    }
}
