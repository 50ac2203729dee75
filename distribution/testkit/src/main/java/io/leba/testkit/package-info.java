/** A {@link io.leba.spi.Scope} for tests: time stands still until the test turns it, background work runs when the test says so. */
package io.leba.testkit;
