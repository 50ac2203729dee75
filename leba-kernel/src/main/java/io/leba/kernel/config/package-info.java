/**
 * From YAML text to bound records, and back to documentation. Data flows one way: {@link
 * io.leba.kernel.config.ConfigLoader} makes a tree of {@link io.leba.kernel.config.Node nodes} that know their place,
 * {@link io.leba.kernel.config.Binder} makes records from nodes.
 *
 * <p>Beyond what {@link io.leba.spi.config} lists, the kernel's own records may hold {@link io.leba.kernel.config.Node
 * nodes}, which are left as they are for a second look, and one {@link io.leba.kernel.config.Flat} slot.
 *
 * <p>Rules: only this package knows the YAML library, and no type of it leaves the package. Nothing here knows a plugin:
 * who fills a slot is answered by {@link io.leba.kernel.config.SlotResolver}. What is wrong with a configuration is added
 * to {@link io.leba.kernel.config.Problems}, all of it; what is wrong with a configuration record is a programming error
 * and thrown ({@link io.leba.kernel.config.RecordDefect}). No value that came from the environment or a file, and no value
 * of a {@link io.leba.spi.config.Secret} component, appears in a message.
 */
package io.leba.kernel.config;
