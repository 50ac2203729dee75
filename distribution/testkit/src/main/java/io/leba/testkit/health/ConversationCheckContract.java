package io.leba.testkit.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.LebaPlugin;
import io.leba.spi.health.ConversationCheck;
import io.leba.spi.health.HealthCheckProvider;
import io.leba.spi.health.ProbeResult;
import io.leba.testkit.Allocation;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.contract.OnLoopGuard;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every health check that is a conversation keeps, beside what every extension does. Texts are a byte a character. */
public abstract class ConversationCheckContract extends ExtensionContract<HealthCheckProvider<?>, ConversationCheck> {
    private static final int FLOOD = 1 << 20;
    private static final int MOST_KEPT = 2 << 20;
    private static final int LONGEST_REASON = 300;

    /**
     * For the test of a check.
     *
     * @param type the word in YAML
     */
    protected ConversationCheckContract(LebaPlugin plugin, String type) {
        super(HealthCheckProvider.class, ConversationCheck.class, plugin, type);
    }

    /** What a backend that is well says in all; empty if a connection is enough. */
    protected abstract String good();

    /** What a backend that is not well says in all before it closes. */
    protected abstract String bad();

    @Override
    protected void use(ConversationCheck made, TestScope within) {
        ScriptedProbe.connected(made, 3).answer(good()).close();
        ScriptedProbe.connected(made, 3).answer(bad()).close();
    }

    private static int[] fragments() {
        return new int[] {1, 2, 3, 7, 64, Integer.MAX_VALUE / 2};
    }

    @Test
    void aGoodAnswerIsUpHoweverItIsCut() {
        for (int fragment : fragments()) {
            assertEquals(
                    "up",
                    ScriptedProbe.connected(create(), fragment).answer(good()).verdict(),
                    "in pieces of " + fragment);
        }
    }

    @Test
    void aBadAnswerIsDownWithTheSameReasonHoweverItIsCut() {
        String whole = ScriptedProbe.connected(create(), Integer.MAX_VALUE / 2)
                .answer(bad())
                .close()
                .verdict();
        assertTrue(whole.startsWith("down: ") && whole.length() > "down: ".length(), whole);
        for (int fragment : fragments()) {
            assertEquals(
                    whole,
                    ScriptedProbe.connected(create(), fragment)
                            .answer(bad())
                            .close()
                            .verdict(),
                    "in pieces of " + fragment);
        }
    }

    @Test
    void saysTheSameHoweverTheAnswerIsCut() {
        String whole = ScriptedProbe.connected(create(), Integer.MAX_VALUE / 2)
                .answer(good())
                .sent();
        assertEquals(whole, ScriptedProbe.connected(create(), 1).answer(good()).sent());
    }

    @Test
    void aBackendThatClosesAtOnceIsDownUnlessAConnectionIsEnough() {
        ScriptedProbe probe = ScriptedProbe.connected(create(), 1);
        if (probe.result().isEmpty()) {
            ProbeResult result = probe.close().result().orElseThrow();

            assertFalse(result.isUp(), "closed without a word, and yet up");
            assertFalse(result.reason().isBlank(), "an operator wants to know why");
        } else {
            assertTrue(good().isEmpty(), "it has a verdict before the backend has said anything");
        }
    }

    @Test
    void conversationsDoNotDisturbEachOther() {
        ConversationCheck check = create();
        ScriptedProbe one = ScriptedProbe.connected(check, 1);
        ScriptedProbe other = ScriptedProbe.connected(check, 1);
        for (int i = 0; i < Math.max(good().length(), bad().length()); i++) {
            if (i < bad().length()) {
                other.answer(bad().substring(i, i + 1));
            }
            if (i < good().length()) {
                one.answer(good().substring(i, i + 1));
            }
        }

        assertEquals("up", one.verdict());
        assertTrue(other.close().verdict().startsWith("down: "), other.verdict());
    }

    @Test
    void neitherNoiseNorAFloodIsTakenForAnAnswerOrKept() {
        Random random = new Random(11);
        byte[] noise = new byte[FLOOD];
        random.nextBytes(noise);
        byte[] zeros = new byte[FLOOD];
        byte[] letters = new byte[FLOOD];
        Arrays.fill(letters, (byte) 'x');
        for (byte[] flood : new byte[][] {noise, zeros, letters}) {
            if (good().isEmpty()) {
                continue; // whatever comes, the connection was enough
            }
            ScriptedProbe probe = ScriptedProbe.connected(create(), 8192);
            long bytes = Allocation.once(() -> probe.answer(flood).close());

            assertTrue(probe.verdict().startsWith("down: "), "noise is no answer, but: " + probe.verdict());
            assertTrue(bytes < MOST_KEPT, "allocated " + bytes + " bytes for " + FLOOD + " of noise");
        }
    }

    @Test
    void aReasonFitsOnALineWhateverTheBackendSays() {
        for (String said : new String[] {
            bad(),
            "\r\n\r\n",
            "\0\1\2\3\n",
            "y".repeat(10_000) + "\r\n",
            new String(new byte[] {(byte) 0xff, (byte) 0xfe, 10}, StandardCharsets.ISO_8859_1)
        }) {
            ScriptedProbe probe =
                    ScriptedProbe.connected(create(), 4096).answer(said).close();
            String reason = probe.result().orElseThrow().reason();
            assertTrue(
                    reason.length() <= LONGEST_REASON && reason.chars().noneMatch(c -> c < ' '),
                    () -> "a reason is a few words without control characters, got '" + reason + "'");
        }
    }

    @Test
    void aProbeNeverWaits() {
        ConversationCheck check = create();
        use(check, scope());

        OnLoopGuard.run("a probe", () -> use(check, scope()));
    }
}
