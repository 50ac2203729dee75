package io.leba.spi.cluster;

import io.leba.spi.Background.Cancellable;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the nodes of a cluster share: eventually consistent, available on every side of a partition, merged when it heals.
 * Without a cluster plugin it is this node's own. Any thread; no method waits for another node.
 */
public interface ClusterState {
    /** This node's name ({@code node_id}). */
    String nodeId();

    /** The nodes that are thought to be alive, this one included. */
    Set<String> nodes();

    /** Whether this node leads. Exactly one node does while the cluster is whole; a lone node always does. */
    boolean isLeader();

    /** Calls the listener, on a background thread, when nodes or leader change. */
    Cancellable onMembership(Runnable listener);

    /** A counter that all nodes add to. The same name is the same counter. */
    SharedCounter counter(String name);

    /** A map that all nodes write to; of concurrent writes of one key the last one wins. */
    SharedMap map(String name);

    /** A sum over all nodes. */
    interface SharedCounter {
        /** Adds on behalf of this node; wait-free. */
        void add(long amount);

        /** The sum as far as this node knows. */
        long sum();
    }

    /** A small replicated map. */
    interface SharedMap {
        /** All entries that this node knows. Immutable. */
        Map<String, String> entries();

        /** Sets a value. */
        void put(String key, String value);

        /** Removes a value. */
        void remove(String key);

        /** Calls the listener, on a background thread, with the entries after a change. */
        Cancellable onChange(Consumer<Map<String, String>> listener);
    }
}
