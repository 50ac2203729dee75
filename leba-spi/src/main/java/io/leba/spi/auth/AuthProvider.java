package io.leba.spi.auth;

import io.leba.spi.Provider;

/**
 * Makes an authenticator, which serves the management address and HTTP clients alike.
 *
 * @param <C> the configuration record
 */
public non-sealed interface AuthProvider<C extends Record> extends Provider<C, Authenticator> {}
