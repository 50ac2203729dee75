package io.leba.kernel.generation;

import io.leba.kernel.config.MappingNode;
import io.leba.kernel.config.Problems;
import io.leba.kernel.config.ScalarNode;
import io.leba.spi.config.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names in a list of the configuration, as they are written: also of items that have problems of their own and cannot be
 * bound, so that a name that is taken is told beside those, and whoever refers to such an item is not told that there is none.
 */
final class ItemNames {
    private final String what;
    private final Problems problems;
    private final Map<String, Position> seen = new HashMap<>();
    private final Set<String> broken = new HashSet<>();
    private boolean mayMiss;

    /** @param what an item is, in words */
    ItemNames(String what, Problems problems) {
        this.what = what;
        this.problems = problems;
    }

    /**
     * An item's name as it is written.
     *
     * @param isFrontend whether protocol and port stand for a name that is missing
     */
    static Optional<String> of(MappingNode item, boolean isFrontend) {
        Optional<String> name = text(item, "name");
        return name.isPresent() || !isFrontend
                ? name
                : text(item, "protocol").flatMap(protocol -> text(item, "port").map(port -> protocol + "-" + port));
    }

    private static Optional<String> text(MappingNode item, String key) {
        return item.value(key)
                .filter(value -> value instanceof ScalarNode scalar && !scalar.isNull() && !scalar.isBroken())
                .map(value -> ((ScalarNode) value).text());
    }

    /** Adds an item's name, and a problem if an earlier item has it. */
    void add(String name, Position position) {
        Position first = seen.putIfAbsent(name, position);
        if (first != null) {
            problems.add(
                    position,
                    "the name '" + name + "' is taken by the " + what + " at line " + first.line()
                            + "; choose another");
        }
    }

    /** The item of this name could not be bound. */
    void broke(String name) {
        broken.add(name);
    }

    /** There may be more items, in what could not be read. */
    void mayMiss() {
        mayMiss = true;
    }

    /** Whether an item of this name is written, or may be in what could not be read, and could not be bound. */
    boolean isBroken(String name) {
        return broken.contains(name) || mayMiss && !seen.containsKey(name);
    }
}
