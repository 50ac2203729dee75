/** Backends that are listed in a file of their own, which something else writes. */
package io.leba.plugin.discovery.file;
