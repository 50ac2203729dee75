package io.leba.kernel.upgrade;

import io.leba.kernel.generation.ListeningSocket;
import java.util.List;

/**
 * What one process leaves to the next.
 *
 * @param generation the number of the generation that serves
 * @param sockets the listening sockets
 * @param state what else is known, in a form that only the node reads; empty if nothing is
 */
public record Estate(long generation, List<ListeningSocket> sockets, byte[] state) {
    /** Keeps a copy of the list. */
    public Estate {
        sockets = List.copyOf(sockets);
    }
}
