package io.leba.kernel.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A configuration as read: one tree, and what it was read from.
 *
 * @param root the whole tree; {@code include} is not in it any more
 * @param files every file that was read, also those of {@code ${file:…}}, absolute; a change of any of them may change
 *     the tree
 * @param directories where {@code include} looked for files by pattern, absolute; a new file there may change the tree
 * @param variables what variables filled in: the text with the variable, as it is written, by the path of its value. Empty for
 *     most documents
 * @param isWhole whether nothing is missing: no included file that could not be read, no list or mapping that was written under
 *     a key that there is already
 * @param readNanos how long the reading took
 */
public record ConfigDocument(
        MappingNode root,
        Set<Path> files,
        Set<Path> directories,
        Map<String, String> variables,
        boolean isWhole,
        long readNanos) {
    /** Keeps copies. */
    public ConfigDocument {
        files = Set.copyOf(files);
        directories = Set.copyOf(directories);
        variables = Map.copyOf(variables);
    }

    /** What variables filled in, in a whole tree. */
    static Map<String, String> variablesOf(MappingNode root) {
        Map<String, String> found = new HashMap<>();
        collect(root, found);
        return found;
    }

    private static void collect(Node node, Map<String, String> found) {
        if (node instanceof ScalarNode scalar) {
            if (scalar.isInterpolated()) {
                found.put(scalar.position().path(), scalar.written());
            }
        } else if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.items()) {
                collect(item, found);
            }
        } else {
            for (MappingNode.Entry entry : ((MappingNode) node).entries().values()) {
                collect(entry.value(), found);
            }
        }
    }
}
