/** Backends that are written in the configuration itself. */
package io.leba.plugin.discovery.staticlist;
