/** Exporters of measurements and listeners of exchanges. */
package io.leba.spi.telemetry;
