package io.leba.testkit.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.leba.spi.LebaPlugin;
import io.leba.spi.auth.AuthProvider;
import io.leba.spi.auth.Authenticator;
import io.leba.spi.auth.Authenticator.Decision;
import io.leba.spi.auth.Credentials;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.contract.OnLoopGuard;
import io.leba.testkit.waiting.Patience;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What every authenticator keeps, beside what every extension does. */
public abstract class AuthContract extends ExtensionContract<AuthProvider<?>, Authenticator> {
    /**
     * For the test of an authenticator.
     *
     * @param type the word in YAML
     */
    protected AuthContract(LebaPlugin plugin, String type) {
        super(AuthProvider.class, Authenticator.class, plugin, type);
    }

    /** What a known caller presents. */
    protected abstract Credentials good();

    /** What nobody should get in with, of the kind that this authenticator understands. */
    protected abstract Credentials bad();

    @Override
    protected void use(Authenticator made, TestScope within) {
        decide(made, good(), within);
        decide(made, bad(), within);
    }

    private Decision decide(Authenticator authenticator, Credentials credentials) {
        return decide(authenticator, credentials, scope());
    }

    /** An exception counts as denied, as in the kernel. */
    private static Decision decide(Authenticator authenticator, Credentials credentials, TestScope scope) {
        CompletionStage<Decision> stage = authenticator.authenticate(credentials);
        assertNotNull(stage, "no stage");
        scope.background().advance(Duration.ofSeconds(1));
        try {
            return stage.toCompletableFuture().get(Patience.limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return new Decision.Denied(String.valueOf(e.getCause().getMessage()), "");
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no decision within " + Patience.limit(), e);
        }
    }

    private static Credentials none() {
        return new Credentials(Optional.empty(), List.of(), InetAddress.getLoopbackAddress());
    }

    private static Credentials odd(String authorization) {
        return new Credentials(Optional.of(authorization), List.of(), InetAddress.getLoopbackAddress());
    }

    @Test
    void aKnownCallerIsGrantedWithAName() {
        Decision.Granted granted = assertInstanceOf(Decision.Granted.class, decide(create(), good()));

        assertFalse(granted.identity().name().isBlank());
        assertNotNull(granted.identity().roles());
        assertNotNull(granted.identity().attributes());
    }

    @Test
    void badCredentialsAreDeniedWithAReasonThatGivesNothingAway() {
        Decision.Denied denied = assertInstanceOf(Decision.Denied.class, decide(create(), bad()));

        assertFalse(denied.reason().isBlank(), "the log wants to know why");
        bad().authorization().ifPresent(secret -> {
            String presented = secret.substring(secret.indexOf(' ') + 1);
            assertFalse(denied.reason().contains(presented), "the reason quotes what was presented");
            assertFalse(denied.challenge().contains(presented), "the challenge quotes what was presented");
        });
    }

    @Test
    void whoPresentsNothingIsNotDeniedButAskedElsewhere() {
        assertInstanceOf(Decision.NotPresented.class, decide(create(), none()));
    }

    @Test
    void whatItDoesNotUnderstandIsNeverGrantedAndNeverThrown() {
        Authenticator authenticator = create();
        for (String odd : List.of(
                "",
                " ",
                "Basic",
                "Basic ",
                "Basic !!!",
                "Bearer",
                "Bearer a.b.c",
                "Digest x=\"y\"",
                "Negotiate",
                "x".repeat(100_000),
                "Basic " + "A".repeat(65_536),
                "\u0000")) {
            assertFalse(
                    decide(authenticator, odd(odd)) instanceof Decision.Granted,
                    () -> "granted for '" + odd.substring(0, Math.min(20, odd.length())) + "'");
        }
    }

    @Test
    void aCallIsNotWaitedFor() {
        Authenticator authenticator = create();
        use(authenticator, scope());

        OnLoopGuard.run("authenticate", () -> {
            authenticator.authenticate(good());
            authenticator.authenticate(bad());
        });
    }

    @Test
    void callersDoNotDisturbEachOther() throws Exception {
        Authenticator authenticator = create();
        List<CompletableFuture<Decision>> decisions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            decisions.add(
                    authenticator.authenticate(i % 2 == 0 ? good() : bad()).toCompletableFuture());
        }
        scope().background().advance(Duration.ofSeconds(1));
        for (int i = 0; i < decisions.size(); i++) {
            Decision decision = decisions
                    .get(i)
                    .exceptionally(thrown -> new Decision.Denied("thrown", ""))
                    .get(Patience.limit().toMillis(), TimeUnit.MILLISECONDS);
            assertEquals(i % 2 == 0, decision instanceof Decision.Granted, "caller " + i);
        }
    }
}
