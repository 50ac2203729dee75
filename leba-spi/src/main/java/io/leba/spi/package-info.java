/**
 * The contract between LEBA's kernel and its plugins. Start with {@link io.leba.spi.LebaPlugin}, {@link
 * io.leba.spi.Provider} and {@link io.leba.spi.Scope}; each kind of extension has a package of its own. Every method says
 * on which thread it runs: {@link io.leba.spi.OnLoop}, {@link io.leba.spi.OnControl}, {@link io.leba.spi.OnBackground}.
 */
package io.leba.spi;
