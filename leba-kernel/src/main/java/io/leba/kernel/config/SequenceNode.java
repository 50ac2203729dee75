package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of values.
 *
 * @param position where it begins
 * @param directory the directory of its file
 * @param items the values
 */
public record SequenceNode(Position position, Path directory, List<Node> items) implements Node {
    /** Keeps a copy of the items. */
    public SequenceNode {
        items = List.copyOf(items);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SequenceNode that && items.equals(that.items);
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }

    @Override
    public String describe() {
        return "a list";
    }

    /** The place and what stands there; not what is in it, which may be secret. */
    @Override
    public String toString() {
        return position + ": " + describe();
    }

    @Override
    public SequenceNode at(String path) {
        List<Node> placed = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            Node item = items.get(i);
            String below = KeyPath.item(path, i, nameOf(item));
            placed.add(item.position().path().equals(below) ? item : item.at(below));
        }
        return new SequenceNode(KeyPath.at(position, path), directory, placed);
    }

    private static String nameOf(Node item) {
        return item instanceof MappingNode mapping
                        && mapping.value("name").orElse(null) instanceof ScalarNode name
                        && !name.isNull()
                        && !name.isBroken()
                ? name.text()
                : "";
    }
}
