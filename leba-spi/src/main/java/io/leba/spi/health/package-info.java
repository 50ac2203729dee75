/** Health checks: pure probes; schedule, jitter, rise and fall belong to the kernel. */
package io.leba.spi.health;
