package io.leba.spi.control;

import io.leba.spi.OnBackground;
import io.leba.spi.control.NodeState.BackendState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an operator may do with the running node. One interface with three faces: command line, API and dashboard. Given
 * to service plugins only. Questions are answered at once, on any thread. Changes block until they are made or {@linkplain
 * Refused refused}, one after the other; never ask for one on an event loop or on the control thread.
 */
public interface Control {
    /** The node at this moment. */
    NodeState state();

    /** The installed plugins. */
    List<PluginInfo> plugins();

    /** The pages that extensions offer on the management address. */
    List<AdminEndpoint> endpoints();

    /**
     * Drains a backend, disables it, puts it back or weighs it. Returns when every event loop goes by it: from then on the
     * backend gets nothing new that it should not get.
     *
     * @param group the group's name. Where a rule names a single backend as its target, that is the same backend of the same
     *     group: what is done to one is done to both
     * @param backend its name in the group
     * @return the backend afterwards, with the counts of all its uses added up; without address and counts if it is not listed
     *     at present, but something was said of it that holds when it comes back
     * @throws Refused {@code NOT_FOUND} for an unknown group or backend, {@code INVALID} for a weight out of range
     */
    BackendState backend(String group, String backend, BackendChange change);

    /**
     * What a configuration would change, found out without changing anything. Blocks while it is read and built. That an
     * address is free is not tried.
     *
     * @param text what would be written to the node's configuration file, with includes and relative names as they would be
     *     there; empty: the files as they are
     * @throws Refused if it could not serve, with every problem
     */
    @OnBackground
    Plan plan(Optional<String> text);

    /**
     * Reads the configuration's files again and publishes what they say. Blocks.
     *
     * @throws Refused with every problem; what served before serves on
     */
    @OnBackground
    Change reload();

    /**
     * Publishes a new text of the configuration file and writes it there. Relative file names in it are taken from the
     * file's own place. Blocks.
     *
     * @param text the text; empty: what the files hold now
     * @param confirmWithin if given, the change is taken back after this time unless {@link #confirm} is called, the file is
     *     written only then, and other changes are refused in between
     * @throws Refused with every problem; what served before serves on
     */
    @OnBackground
    Change apply(Optional<String> text, Optional<Duration> confirmWithin);

    /**
     * Keeps what was applied on trial. Blocks.
     *
     * @throws Refused if nothing awaits confirmation
     */
    @OnBackground
    Change confirm();

    /**
     * Takes back what was applied on trial: the configuration before it serves again. Blocks.
     *
     * @throws Refused if nothing awaits confirmation
     */
    @OnBackground
    Change rollback();

    /**
     * Takes over the plugin folder as it is: new jars are opened, replaced ones swapped, removed ones unloaded. A jar that
     * cannot be used, or with which the configuration in force would not work, is left out, and what served in its place
     * serves on; {@link #plugins} tells. Blocks.
     */
    @OnBackground
    Change rescanPlugins();

    /**
     * Opens a plugin anew from its jar, and swaps it, also if the jar is the same. Blocks.
     *
     * @throws Refused if there is no such plugin, or it cannot be opened; the open one serves on
     */
    @OnBackground
    Change reloadPlugin(String id);

    /**
     * Copies a jar into the plugin folder, in the place of the plugin of the same id if there is one, and uses it. Blocks.
     *
     * @throws Refused if it cannot be used; the folder is as before
     */
    @OnBackground
    Change installPlugin(Path jar);

    /**
     * Uses a plugin again that was disabled. Blocks.
     *
     * @throws Refused if there is no such plugin, or it cannot be used
     */
    @OnBackground
    Change enablePlugin(String id);

    /**
     * Leaves a plugin out, now and after a restart. Blocks.
     *
     * @throws Refused if there is no such plugin, or the configuration uses it
     */
    @OnBackground
    Change disablePlugin(String id);

    /**
     * Starts the process that takes this one's place, with the same arguments, and hands it the listening sockets: no
     * connection is refused. Returns when it serves; this process then drains as in a stop, and ends. Blocks.
     *
     * @param home another installation, whose {@code bin/leba} is started; empty: the launcher that this process was started
     *     with, which may have become another version
     * @throws Refused if the new process does not come to serve within {@code upgrade_timeout}; it is ended, and this one
     *     serves on
     */
    @OnBackground
    Change upgrade(Optional<Path> home);
}
