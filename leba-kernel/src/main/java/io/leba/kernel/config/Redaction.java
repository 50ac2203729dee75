package io.leba.kernel.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Shows configuration without its secrets, for dumps, logs and answers of the API. */
public final class Redaction {
    /** Stands for a secret. */
    public static final String HIDDEN = "<secret>";

    private Redaction() {}

    /** A bound record as it could have been written, defaults included. */
    public static MappingNode of(Record record) {
        return Rendering.redacted(record);
    }

    /**
     * A document as it was written: what came from the environment or a file shows the variable, not the value.
     *
     * @param secretPaths where secrets stand, as {@link Binder#secretPaths()} tells after the document was bound
     */
    public static Node of(Node node, Set<String> secretPaths) {
        if (secretPaths.contains(node.position().path())) {
            return ScalarNode.of(node.position(), node.directory(), HIDDEN, ScalarNode.Style.QUOTED);
        }
        if (node instanceof ScalarNode scalar) {
            return ScalarNode.of(scalar.position(), scalar.directory(), scalar.written(), scalar.style());
        }
        if (node instanceof SequenceNode sequence) {
            List<Node> items = new ArrayList<>();
            sequence.items().forEach(item -> items.add(of(item, secretPaths)));
            return new SequenceNode(sequence.position(), sequence.directory(), items);
        }
        MappingNode mapping = (MappingNode) node;
        Map<String, MappingNode.Entry> entries = new LinkedHashMap<>();
        mapping.entries()
                .forEach((key, entry) ->
                        entries.put(key, new MappingNode.Entry(entry.keyPosition(), of(entry.value(), secretPaths))));
        return new MappingNode(mapping.position(), mapping.directory(), entries);
    }
}
