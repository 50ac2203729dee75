package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins an included file's tree to that of the file that includes it: mappings are merged, lists of the same root key
 * follow each other, and anything else that is written in both must say the same.
 */
final class Merging {
    private final Problems problems;

    Merging(Problems problems) {
        this.problems = problems;
    }

    MappingNode merge(MappingNode first, MappingNode second) {
        return merge(first, second, true);
    }

    private MappingNode merge(MappingNode first, MappingNode second, boolean root) {
        Map<String, MappingNode.Entry> merged = new LinkedHashMap<>(first.entries());
        second.entries().forEach((key, entry) -> {
            MappingNode.Entry before = merged.putIfAbsent(key, entry);
            if (before != null) {
                merged.put(key, new MappingNode.Entry(before.keyPosition(), join(before, entry, root)));
            }
        });
        return new MappingNode(first.position(), first.directory(), merged);
    }

    private Node join(MappingNode.Entry before, MappingNode.Entry after, boolean root) {
        Node first = before.value();
        Node second = after.value();
        if (first instanceof MappingNode one && second instanceof MappingNode other) {
            return merge(one, other, false);
        }
        if (root && first instanceof SequenceNode one && second instanceof SequenceNode other) {
            List<Node> items = new ArrayList<>(one.items());
            items.addAll(other.items());
            return new SequenceNode(one.position(), one.directory(), items);
        }
        if (first.isNull()) {
            return second;
        }
        if (!second.isNull() && !first.equals(second)) {
            Position place = before.keyPosition();
            problems.add(
                    after.keyPosition(),
                    "is written differently in " + place.source() + ":" + place.line() + "; write it in one file");
        }
        return first;
    }
}
