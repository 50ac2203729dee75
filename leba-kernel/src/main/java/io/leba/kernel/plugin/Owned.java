package io.leba.kernel.plugin;

import io.leba.spi.Provider;

/**
 * A provider and the realm that it lives in.
 *
 * @param provider the provider
 * @param realm the realm, whose {@link Realm#identity} tells this provider from one of the same type in another version
 */
public record Owned<P extends Provider<?, ?>>(P provider, Realm realm) {}
