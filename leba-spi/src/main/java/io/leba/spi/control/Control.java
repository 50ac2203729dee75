package io.leba.spi.control;

import java.util.List;

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
}
