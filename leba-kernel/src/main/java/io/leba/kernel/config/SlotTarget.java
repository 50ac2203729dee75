package io.leba.kernel.config;

/**
 * The provider that fills a slot.
 *
 * @param configType the record that the slot's keys are bound to
 * @param identity stands for the provider and its plugin's realm; slots with unequal identities are unequal
 */
public record SlotTarget(Class<? extends Record> configType, Object identity) {}
