package io.leba.kernel.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A text of a file as it was read last, and what became of the items of its lists. Most changes of a large configuration are
 * small: an item that stands in the same lines with the same characters is the same node, so what was made of it can be kept as
 * well. An item with a variable is always read anew, and so is one that moved to another line, since its place would be wrong.
 */
final class EarlierText {
    static final EarlierText NONE = new EarlierText("", "", Path.of(""), Map.of());

    private final String text;
    private final String source;
    private final Path directory;
    private final Map<String, Spans> lists;

    private EarlierText(String text, String source, Path directory, Map<String, Spans> lists) {
        this.text = text;
        this.source = source;
        this.directory = directory;
        this.lists = lists;
    }

    /** What is kept of a text that was read to {@code root}. */
    static EarlierText of(String text, MappingNode root, Map<String, Spans> spans) {
        Map<String, Spans> lists = new HashMap<>();
        spans.forEach((key, list) -> {
            if (root.value(key).orElse(null) instanceof SequenceNode sequence
                    && sequence.items().size() == list.size()) {
                list.read(text, sequence.items());
                lists.put(key, list);
            }
        });
        return new EarlierText(text, root.position().source(), root.directory(), lists);
    }

    String text() {
        return text;
    }

    /** Where the items of a list of the document stood. */
    Optional<Spans> spans(String key) {
        return Optional.ofNullable(lists.get(key));
    }

    /** Whether its nodes name the file and the directory that nodes of this reading would. */
    boolean isOf(String otherSource, Path otherDirectory) {
        return source.equals(otherSource) && directory.equals(otherDirectory);
    }

    /** Where the items of one list stand: each from the beginning of its first line to that of the next item's. */
    static final class Spans {
        private int size;
        private int[] starts = new int[64];
        private int[] ends = new int[64];
        private int[] firstLines = new int[64];
        private int[] values = new int[64];
        private List<Node> items = List.of();

        /** @param count how many values it is; 0: not known yet */
        void add(int start, int end, int firstLine, int count) {
            if (size == starts.length) {
                starts = Arrays.copyOf(starts, 2 * size);
                ends = Arrays.copyOf(ends, 2 * size);
                firstLines = Arrays.copyOf(firstLines, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size] = count;
            starts[size] = start;
            ends[size] = end;
            firstLines[size++] = firstLine;
        }

        private void read(String text, List<Node> nodes) {
            items = nodes;
            for (int i = 0; i < size; i++) {
                if (values[i] == 0) {
                    values[i] = valuesOf(nodes.get(i));
                }
            }
            for (int i = 0; i < size; i++) {
                int variable = text.indexOf("${", starts[i]);
                if (variable < 0) {
                    return;
                }
                while (i < size && ends[i] <= variable) {
                    i++;
                }
                if (i < size && variable >= starts[i]) {
                    firstLines[i] = -firstLines[i]; // never found
                }
            }
        }

        int size() {
            return size;
        }

        Node item(int index) {
            return items.get(index);
        }

        /** How many values an item is, keys included. */
        int values(int index) {
            return values[index];
        }

        private static int valuesOf(Node node) {
            int count = 1;
            if (node instanceof SequenceNode sequence) {
                for (Node item : sequence.items()) {
                    count += valuesOf(item);
                }
            } else if (node instanceof MappingNode mapping) {
                for (MappingNode.Entry entry : mapping.entries().values()) {
                    count += 1 + valuesOf(entry.value());
                }
            }
            return count;
        }

        /** How many lines an item ends, those without anything behind it included. */
        int lines(int index, String text) {
            if (index + 1 < size) {
                return Math.abs(firstLines[index + 1]) - Math.abs(firstLines[index]);
            }
            int count = 0;
            for (int i = starts[index]; i < ends[index]; i++) {
                count += text.charAt(i) == '\n' ? 1 : 0;
            }
            return count;
        }

        int length(int index) {
            return ends[index] - starts[index];
        }

        /**
         * The item that stands at {@code start} of another text, in the same line; -1: none does.
         *
         * @param was the text that this is of
         * @param index the item's place in the other list
         */
        int find(String was, String text, int start, int line, int index) {
            int at = index < size && firstLines[index] == line ? index : indexOf(line);
            if (at < 0 || at != index && !isNamed(items.get(at))) {
                return -1;
            }
            int length = length(at);
            int end = start + length;
            return text.regionMatches(start, was, starts[at], length)
                            && (end == text.length() || text.charAt(end - 1) == '\n')
                    ? at
                    : -1;
        }

        private int indexOf(int line) {
            int low = 0;
            int high = size - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int there = Math.abs(firstLines[middle]);
                if (there == line) {
                    return firstLines[middle] > 0 ? middle : -1;
                }
                if (there < line) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -1;
        }

        /** Whether its path names it, so that it does not depend on the items before. */
        private static boolean isNamed(Node item) {
            return item instanceof MappingNode mapping
                    && mapping.value("name").orElse(null) instanceof ScalarNode name
                    && !name.written().isEmpty();
        }
    }
}
