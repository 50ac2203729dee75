/**
 * Groups and backends: identity, counters, health and pooled connections, all of which outlive generations. Changed on the
 * control thread; read by event loops through one immutable snapshot a group.
 */
package io.leba.kernel.backend;
