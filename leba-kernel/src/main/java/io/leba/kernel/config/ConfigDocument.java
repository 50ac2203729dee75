package io.leba.kernel.config;

import java.nio.file.Path;
import java.util.Set;

/**
 * A configuration as read: one tree, and what it was read from.
 *
 * @param root the whole tree; {@code include} is not in it any more
 * @param files every file that was read, also those of {@code ${file:…}}, absolute; a change of any of them may change
 *     the tree
 * @param directories where {@code include} looked for files by pattern, absolute; a new file there may change the tree
 */
public record ConfigDocument(MappingNode root, Set<Path> files, Set<Path> directories) {
    /** Keeps copies. */
    public ConfigDocument {
        files = Set.copyOf(files);
        directories = Set.copyOf(directories);
    }
}
