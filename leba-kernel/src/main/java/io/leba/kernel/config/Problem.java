package io.leba.kernel.config;

import io.leba.spi.config.Position;

/**
 * One thing that is wrong with the configuration.
 *
 * @param position where; its path may name a key that is missing there
 * @param message what is wrong; what would be right
 */
public record Problem(Position position, String message) {
    /** {@code file:line:column path: message}. */
    @Override
    public String toString() {
        String place = position.toString();
        return place.isEmpty() ? message : place + ": " + message;
    }
}
