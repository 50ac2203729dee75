package io.leba.spi.control;

import io.leba.spi.control.NodeState.BackendState;
import java.util.List;
import java.util.Optional;

/**
 * What an operator may do with the running node. One interface with three faces: command line, API and dashboard. Given
 * to service plugins only. Any thread; changes run on the control thread.
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
     * @return the backend afterwards, with the counts of all its uses added up
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
    Plan plan(Optional<String> text);
}
