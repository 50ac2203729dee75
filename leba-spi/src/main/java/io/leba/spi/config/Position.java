package io.leba.spi.config;

/**
 * Where a value stands in the configuration. A record component of this type is not a key: the binder fills it with the
 * place of the mapping that the record was bound from, so that a later check can point at it.
 *
 * <p>All positions are equal: moving a block inside a file changes no extension's identity.
 *
 * @param source the file's name as the user gave it, or what stands for it ({@code <defaults>})
 * @param line from 1; 0 if unknown
 * @param column from 1; 0 if unknown
 * @param path the keys that lead there, {@code backend_groups[api].algorithm}
 */
public record Position(String source, int line, int column, String path) {
    /** A value that was not written anywhere. */
    public static final Position NONE = new Position("", 0, 0, "");

    @Override
    public boolean equals(Object other) {
        return other instanceof Position;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    /** {@code file:line:column path}, with the parts that are known. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(source);
        if (line > 0) {
            text.append(':').append(line).append(':').append(column);
        }
        if (!path.isEmpty()) {
            if (text.length() > 0) {
                text.append(' ');
            }
            text.append(path);
        }
        return text.toString();
    }
}
