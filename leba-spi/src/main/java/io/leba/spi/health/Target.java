package io.leba.spi.health;

import io.leba.spi.balance.Backend;
import java.time.Duration;

/**
 * What is probed.
 *
 * @param backend the backend; its address is where the kernel connects
 * @param timeout how long the whole probe may take
 * @param isSecure whether the group speaks TLS with its backends; the kernel does so for conversations
 */
public record Target(Backend backend, Duration timeout, boolean isSecure) {
    /** A backend that is spoken to in the clear. */
    public Target(Backend backend, Duration timeout) {
        this(backend, timeout, false);
    }
}
