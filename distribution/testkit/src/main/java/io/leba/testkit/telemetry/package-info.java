/** Finished exchanges without traffic, for tests of telemetry. */
package io.leba.testkit.telemetry;
