/** Backends that are found by name: address records, and service records that bring port, weight and priority. */
package io.leba.plugin.discovery.dns;
