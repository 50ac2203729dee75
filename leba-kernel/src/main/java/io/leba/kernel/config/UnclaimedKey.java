package io.leba.kernel.config;

import io.leba.spi.config.Position;

/**
 * A key that no record of a mapping knows.
 *
 * @param key as written
 * @param position where the key is written, with its path
 * @param value its value
 */
public record UnclaimedKey(String key, Position position, Node value) {}
