package io.leba.spi.control;

import java.util.List;

/**
 * What a change came to.
 *
 * @param generation the generation that serves now
 * @param lines what was done, a line each, for people: {@code plugin io.leba.balancer.hash 1.1 replaces 1.0}; empty if
 *     nothing had to change
 */
public record Change(long generation, List<String> lines) {
    /** Keeps the lines as they are at this moment. */
    public Change {
        lines = List.copyOf(lines);
    }
}
