package io.leba.kernel.config;

import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;

/**
 * A slot and what fills it. Equal if type, provider with realm, and configuration are.
 *
 * @param product what the provider makes
 * @param type the provider's type as written
 * @param target the provider
 * @param config its bound configuration
 * @param position where the slot is filled
 * @param <T> the product
 */
public record BoundSlot<T>(Class<T> product, String type, SlotTarget target, Record config, Position position)
        implements Slot<T> {
    /** Type and place; not the configuration, which may hold secrets. */
    @Override
    public String toString() {
        return position + ": " + type;
    }
}
