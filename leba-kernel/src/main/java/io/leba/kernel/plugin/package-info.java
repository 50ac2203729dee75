/**
 * Plugin jars as module layers. Each jar is copied, unpacked and opened as a {@link io.leba.kernel.plugin.Realm}; a {@link
 * io.leba.kernel.plugin.PluginCatalog} is an immutable set of realms and what they provide; the {@link
 * io.leba.kernel.plugin.PluginHost} composes the next catalog beside the one that serves. PF4J keeps states, versions, the
 * dependency graph and the list of disabled plugins, and is not seen outside this package.
 */
package io.leba.kernel.plugin;
