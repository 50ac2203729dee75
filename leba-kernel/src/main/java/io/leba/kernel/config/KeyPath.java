package io.leba.kernel.config;

import io.leba.spi.config.Position;

/** How places in the document are written: {@code backend_groups[api].algorithm.sample}. */
final class KeyPath {
    private KeyPath() {}

    /** The path of a key below {@code path}. */
    static String key(String path, String key) {
        if (!isWord(key)) {
            return path + "[\"" + Shown.text(key) + "\"]";
        }
        return path.isEmpty() ? key : path + "." + key;
    }

    /** The path of a list's item: by its name if it has one, else by its index. */
    static String item(String path, int index, String name) {
        return path + "[" + (name.isEmpty() ? Integer.toString(index) : Shown.text(name)) + "]";
    }

    /** The same place under another path. */
    static Position at(Position position, String path) {
        return new Position(position.source(), position.line(), position.column(), path);
    }

    /** The place of a key that is not written, or of the value of a default: where its mapping begins. */
    static Position below(Position mapping, String key) {
        return at(mapping, key(mapping.path(), key));
    }

    private static boolean isWord(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
            if (!plain) {
                return false;
            }
        }
        return !key.isEmpty();
    }
}
