package io.leba.plugin.discovery.file;

import io.leba.spi.config.Position;
import io.leba.spi.discovery.BackendSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads one item of the list, with the keys, defaults and bounds of {@link BackendSpec}. */
final class BackendItem {
    private static final List<String> KEYS =
            List.of("name", "address", "port", "protocol", "group_name", "weight", "priority", "labels");
    private static final int SHOWN = 40;

    private final MappingNode mapping;
    private final String path;
    private final FileProblems problems;
    private final Map<String, NodeTuple> entries;

    private BackendItem(MappingNode mapping, String path, FileProblems problems) {
        this.mapping = mapping;
        this.path = path;
        this.problems = problems;
        this.entries = BackendList.entries(mapping, path, problems);
    }

    /** The backend; empty if a problem was added. */
    static Optional<BackendSpec> read(Node node, String path, FileProblems problems) {
        if (!(node instanceof MappingNode mapping)) {
            problems.add(node.getStartMark(), path, "must be a mapping such as {address: 10.0.0.1, port: 80}");
            return Optional.empty();
        }
        int before = problems.count();
        BackendSpec spec = new BackendItem(mapping, path, problems).spec();
        return problems.count() == before ? Optional.of(spec) : Optional.empty();
    }

    private BackendSpec spec() {
        entries.forEach((key, entry) -> {
            if (!KEYS.contains(key)) {
                problem(entry.getKeyNode(), key, "unknown key; the keys are " + String.join(", ", KEYS));
            }
        });
        return new BackendSpec(
                text("name"),
                address(),
                number("port", 1, 65_535, OptionalInt.empty()),
                text("protocol"),
                text("group_name"),
                number("weight", 0, 65_535, OptionalInt.of(1)),
                number("priority", 0, 255, OptionalInt.of(0)),
                labels(),
                new Position(
                        problems.source(),
                        mapping.getStartMark().getLine() + 1,
                        mapping.getStartMark().getColumn() + 1,
                        path));
    }

    private void problem(Node node, String key, String message) {
        problems.add(node.getStartMark(), path + "." + key, message);
    }

    private Optional<Node> value(String key) {
        return Optional.ofNullable(entries.get(key))
                .map(NodeTuple::getValueNode)
                .filter(node -> !node.getTag().equals(Tag.NULL));
    }

    private Optional<String> text(String key) {
        return value(key).flatMap(node -> {
            if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
                return Optional.of(scalar.getValue());
            }
            problem(node, key, "must be a text");
            return Optional.empty();
        });
    }

    private String address() {
        Optional<String> address = text("address");
        if (value("address").isEmpty()) {
            problems.add(mapping.getStartMark(), path + ".address", "is required");
        } else if (address.isPresent() && address.get().chars().anyMatch(Character::isWhitespace)) {
            problem(
                    value("address").get(),
                    "address",
                    "must be an IP address or host name, got '" + address.get() + "'");
        }
        return address.orElse("");
    }

    private int number(String key, int least, int greatest, OptionalInt otherwise) {
        Optional<Node> value = value(key);
        if (value.isEmpty()) {
            if (otherwise.isEmpty()) {
                problems.add(mapping.getStartMark(), path + "." + key, "is required");
            }
            return otherwise.orElse(least);
        }
        String written = value.get() instanceof ScalarNode scalar ? scalar.getValue() : "a list or mapping";
        try {
            int number = Integer.parseInt(written);
            if (number >= least && number <= greatest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same message as for a number out of bounds
        }
        String shown = written.length() <= SHOWN ? written : written.substring(0, SHOWN) + "…";
        problem(value.get(), key, "must be a number between " + least + " and " + greatest + ", got " + shown);
        return least;
    }

    private Map<String, String> labels() {
        Optional<Node> value = value("labels");
        if (value.isEmpty()) {
            return Map.of();
        }
        if (!(value.get() instanceof MappingNode labels)) {
            problem(value.get(), "labels", "must be a mapping");
            return Map.of();
        }
        Map<String, String> texts = new HashMap<>();
        BackendList.entries(labels, path + ".labels", problems).forEach((key, entry) -> {
            if (entry.getValueNode() instanceof ScalarNode scalar) {
                texts.put(key, scalar.getValue());
            } else {
                problem(entry.getValueNode(), "labels." + key, "must be a text");
            }
        });
        return Map.copyOf(texts);
    }
}
