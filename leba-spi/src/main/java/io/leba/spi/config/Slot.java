package io.leba.spi.config;

/**
 * A place in a configuration record that another extension fills: {@code algorithm: {type: least-connections}}. The
 * component's type argument names the product, for instance {@code Slot<BalancerPolicy>}; the YAML names the provider
 * with {@code type} and gives its keys beside it, and a bare word stands for {@code {type: word}}. Open it with
 * {@link io.leba.spi.Scope#open(Slot)}.
 *
 * <p>Two slots are equal if provider, plugin realm and configuration are.
 *
 * @param <T> the product: {@code BalancerPolicy}, {@code HealthCheck}, {@code Discovery}, {@code HttpFilter}, …
 */
public interface Slot<T> {
    /** The provider's type as written. */
    String type();

    /** The bound configuration. */
    Record config();

    /** Where the slot is filled. */
    Position position();
}
