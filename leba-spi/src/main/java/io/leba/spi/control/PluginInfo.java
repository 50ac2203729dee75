package io.leba.spi.control;

import java.util.List;

/**
 * An installed plugin jar.
 *
 * @param id the module's name, or the manifest's {@code Plugin-Id}; empty if the jar could not be read
 * @param version the module's version, or the manifest's {@code Plugin-Version}; empty if it has none
 * @param state {@code started}, {@code disabled}, {@code failed}
 * @param provides {@code kind type}, for instance {@code balancer round-robin}
 * @param jar the file's name
 * @param problem why it failed, or why the file in its place was refused while this version serves on; empty if all is
 *     well
 */
public record PluginInfo(String id, String version, String state, List<String> provides, String jar, String problem) {}
