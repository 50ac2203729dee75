package io.leba.spi.health;

/** Probes a backend. It only probes: the kernel decides when, and what a series of results means. */
public sealed interface HealthCheck permits ConversationCheck, BackgroundCheck {}
