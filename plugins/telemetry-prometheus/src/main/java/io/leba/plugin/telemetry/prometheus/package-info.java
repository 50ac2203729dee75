/** Prometheus: counters, gauges and histograms of the whole node as text, when a scraper asks. */
package io.leba.plugin.telemetry.prometheus;
