package io.leba.spi.health;

import io.leba.spi.balance.Backend;
import java.time.Duration;

/**
 * What is probed.
 *
 * @param backend the backend; its address is where the kernel connects
 * @param timeout how long the whole probe may take
 */
public record Target(Backend backend, Duration timeout) {}
