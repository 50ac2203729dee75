package io.leba.spi.auth;

import java.util.concurrent.CompletionStage;

/** Finds out who a caller is from what it presents. */
@FunctionalInterface
public interface Authenticator {
    /**
     * Judges credentials. Called on a loop or a background thread; must not block. What needs a lookup completes the
     * stage later, from any thread.
     *
     * @return completes with a decision; an exception counts as {@link Decision.Denied}
     */
    CompletionStage<Decision> authenticate(Credentials credentials);

    /** The outcome. */
    sealed interface Decision {
        /** The caller is known. */
        record Granted(Identity identity) implements Decision {}

        /**
         * The caller is not accepted.
         *
         * @param reason for the log, never for the caller
         * @param challenge the value of {@code WWW-Authenticate} (RFC 9110 §11.6.1); empty for none
         */
        record Denied(String reason, String challenge) implements Decision {}

        /** Nothing that this authenticator understands was presented; another one may. */
        record NotPresented(String challenge) implements Decision {}
    }
}
