package io.leba.kernel.plugin;

import java.nio.file.Path;

/**
 * A plugin jar cannot be used. The message names the jar, what is wrong and what was expected. It carries no cause: an
 * exception thrown by a plugin's class would keep that class, and so its realm, in memory; the cause is told in words.
 */
public final class PluginRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String jar;
    private final String id;
    private final String version;
    private final String problem;

    PluginRefused(Path jar, String problem) {
        this(jar, "", "", problem);
    }

    PluginRefused(Path jar, String id, String version, String problem) {
        super(jar.getFileName() + ": " + problem);
        this.jar = jar.getFileName().toString();
        this.id = id;
        this.version = version;
        this.problem = problem;
    }

    /** The jar's file name. */
    public String jar() {
        return jar;
    }

    /** The plugin's id; empty if the jar could not be read that far. */
    public String id() {
        return id;
    }

    /** The plugin's version; empty if it has none or the jar could not be read that far. */
    public String version() {
        return version;
    }

    /** What is wrong, without the file name. */
    public String problem() {
        return problem;
    }
}
