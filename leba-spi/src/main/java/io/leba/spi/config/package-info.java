/**
 * What a configuration record may say about its components. A record is bound from a YAML mapping: component names become
 * snake-case keys; types are {@code String}, {@code boolean}, {@code int}, {@code long}, {@code double} (also written as a
 * percentage: {@code 10%} is 0.1), enums (written in
 * kebab case), {@link java.time.Duration} ({@code 250ms}, {@code 30s}, {@code 5m}, {@code 1h}), {@link
 * io.leba.spi.config.ByteSize}, {@link io.leba.spi.config.Rate}, {@link io.leba.spi.config.Cidr}, {@link
 * java.nio.file.Path} (relative to the file it is written in), nested records, {@code List}, {@code Set}, {@code Map} with
 * string keys, {@code Optional} and {@link io.leba.spi.config.Slot}. A component of type {@link
 * io.leba.spi.config.Position} is filled with the place of the mapping.
 *
 * <p>Records must have value equality: two equal configurations are one extension instance across reloads.
 */
package io.leba.spi.config;
