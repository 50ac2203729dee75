package io.leba.testkit.auth;

import static io.leba.testkit.contract.Refusal.assertRefused;

import io.leba.spi.Scope;
import io.leba.spi.auth.AuthProvider;
import io.leba.spi.auth.Authenticator;
import io.leba.spi.auth.Authenticator.Decision;
import io.leba.spi.auth.Credentials;
import io.leba.spi.auth.Identity;
import io.leba.spi.config.NoConfig;
import io.leba.testkit.ToyModule;
import io.leba.testkit.contract.Refusal;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** An authenticator that keeps the contract passes, and each guard fails one that breaks it. */
class AuthContractTest extends AuthContract {
    private static final Decision GRANTED = new Decision.Granted(new Identity("ali", Set.of(), Map.of()));

    AuthContractTest() {
        super(ToyModule.plugin(), "password");
    }

    private static Credentials presenting(String text) {
        return new Credentials(Optional.of(text), List.of(), InetAddress.getLoopbackAddress());
    }

    @Override
    protected Credentials good() {
        return presenting("Password open-sesame");
    }

    @Override
    protected Credentials bad() {
        return presenting("Password guess-42");
    }

    private static final class Provider extends Refusal.Making<Authenticator> implements AuthProvider<NoConfig> {
        Provider(Function<Scope, Authenticator> maker) {
            super(maker);
        }
    }

    private static final class Trial extends AuthContract {
        Trial(Function<Credentials, Decision> decide) {
            super(
                    Refusal.plugin(new Provider(
                            scope -> credentials -> CompletableFuture.completedFuture(decide.apply(credentials)))),
                    "trial");
        }

        @Override
        protected Credentials good() {
            return presenting("Password open-sesame");
        }

        @Override
        protected Credentials bad() {
            return presenting("Password guess-42");
        }
    }

    @Test
    void refusesOneThatLetsEverybodyIn() {
        Trial open = new Trial(credentials -> GRANTED);

        assertRefused(open::badCredentialsAreDeniedWithAReasonThatGivesNothingAway);
        assertRefused(open::whoPresentsNothingIsNotDeniedButAskedElsewhere);
        assertRefused(open::whatItDoesNotUnderstandIsNeverGrantedAndNeverThrown);
        assertRefused(open::callersDoNotDisturbEachOther);
    }

    @Test
    void refusesOneThatLetsNobodyIn() {
        assertRefused(new Trial(credentials -> new Decision.Denied("no", ""))::aKnownCallerIsGrantedWithAName);
        assertRefused(
                new Trial(credentials -> new Decision.Granted(new Identity("", Set.of(), Map.of())))
                        ::aKnownCallerIsGrantedWithAName);
    }

    @Test
    void refusesAReasonThatQuotesTheSecret() {
        assertRefused(
                new Trial(credentials -> new Decision.Denied(
                        "wrong: " + credentials.authorization().orElse(""), ""))
                        ::badCredentialsAreDeniedWithAReasonThatGivesNothingAway);
    }

    @Test
    void refusesOneThatWaits() {
        assertRefused(new Trial(credentials -> {
            LockSupport.parkNanos(1000);
            return GRANTED;
        })::aCallIsNotWaitedFor);
    }
}
