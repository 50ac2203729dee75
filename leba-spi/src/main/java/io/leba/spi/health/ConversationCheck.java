package io.leba.spi.health;

import io.leba.spi.OnLoop;

/**
 * A health check as a conversation over bytes: the kernel connects, applies the timeout, moves the bytes and closes; the
 * check says what to send and reads what comes. It does no I/O, so it runs on a loop (one set apart from traffic) and is
 * tested without a network.
 */
@FunctionalInterface
public non-sealed interface ConversationCheck extends HealthCheck {
    /** A new conversation for one probe; keeps its state. */
    @OnLoop
    Conversation begin(Target target);
}
