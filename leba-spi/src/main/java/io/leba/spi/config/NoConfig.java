package io.leba.spi.config;

/** The configuration record of an extension that takes no keys. */
@Doc("Takes no keys.")
public record NoConfig() {}
