package io.leba.spi.health;

import io.leba.spi.OnLoop;
import java.util.List;

/**
 * A health check as a conversation over bytes: the kernel connects, applies the timeout, moves the bytes and closes; the
 * check says what to send and reads what comes. It does no I/O, so it runs on a loop (one set apart from traffic) and is
 * tested without a network.
 */
@FunctionalInterface
public non-sealed interface ConversationCheck extends HealthCheck {
    /** What is offered in TLS (ALPN), the preferred protocol first; empty: nothing is said of it. Always the same. */
    @OnLoop
    default List<String> applicationProtocols() {
        return List.of();
    }

    /** A new conversation for one probe; keeps its state. */
    @OnLoop
    Conversation begin(Target target);
}
