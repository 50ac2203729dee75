package io.leba.kernel.generation;

import java.util.Map;

/**
 * How long the parts of a reload took, in nanoseconds, for those who look at what a large configuration costs.
 *
 * @param read from files to a tree
 * @param bind from the tree to records
 * @param build extensions, groups, compiled routes
 * @param compare with the generation that serves
 * @param publish sockets, backends, handing it to the loops
 */
public record Phases(long read, long bind, long build, long compare, long publish) {
    static final Phases NONE = new Phases(0, 0, 0, 0, 0);

    /** By name, in the order in which they come. */
    public Map<String, Long> byName() {
        Map<String, Long> phases = new java.util.LinkedHashMap<>();
        phases.put("read", read);
        phases.put("bind", bind);
        phases.put("build", build);
        phases.put("compare", compare);
        phases.put("publish", publish);
        return phases;
    }

    /** {@code 143 ms: read 61, bind 20, build 51, compare 3, publish 8}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        byName().forEach((name, nanos) -> text.append(text.length() == 0 ? "" : ", ")
                .append(name)
                .append(' ')
                .append(millis(nanos)));
        return millis(read + bind + build + compare + publish) + " ms: " + text;
    }

    private static long millis(long nanos) {
        return Math.round(nanos / 1e6);
    }
}
