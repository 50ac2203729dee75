package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.nio.file.Path;

/**
 * A value of the configuration document with its place: aliases and merge keys resolved, variables filled in, included
 * files merged. Immutable. Two nodes are equal if they say the same, whichever file they stand in, in whatever order a
 * mapping's keys come, and whether a scalar is quoted or comes from a variable.
 */
public sealed interface Node permits MappingNode, SequenceNode, ScalarNode {
    /** Where the value begins, with the path that leads to it. */
    Position position();

    /** The absolute directory of the file that the value is written in; relative file names start there. */
    Path directory();

    /** What it is, for messages: {@code a mapping}, {@code a list}, {@code 'abc'}, {@code 7}, {@code nothing}. */
    String describe();

    /** The same value under another path. */
    Node at(String path);

    /** Whether it is a key without a value, or {@code null}. */
    default boolean isNull() {
        return false;
    }
}
