package io.leba.spi.control;

import java.util.List;

/**
 * An installed plugin jar.
 *
 * @param id the module's name
 * @param version the module's version; empty if it has none
 * @param state {@code started}, {@code disabled}, {@code failed}
 * @param provides {@code kind type}, for instance {@code balancer round-robin}
 * @param jar the file's name
 * @param problem why it failed; empty if it did not
 */
public record PluginInfo(String id, String version, String state, List<String> provides, String jar, String problem) {}
