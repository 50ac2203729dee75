package io.leba.kernel.config;

import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes nodes as YAML: block style, two spaces, quotes only where a text could be taken for something else. */
public final class YamlWriter {
    private static final Pattern WORD = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
    /** A plain scalar that is one in any place: numbers, durations, words. */
    private static final Pattern BARE = Pattern.compile("~|-?[A-Za-z0-9_/.][A-Za-z0-9_./+-]*%?");

    private static final Set<String> OTHER = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private final StringBuilder text = new StringBuilder();

    private YamlWriter() {}

    /**
     * The text, with a line break at its end. Variables are written as variables: what was filled in is not shown.
     */
    public static String write(Node node) {
        YamlWriter writer = new YamlWriter();
        if (node instanceof ScalarNode || isEmpty(node)) {
            writer.inline(node);
            writer.text.append('\n');
        } else {
            writer.block(node, 0);
        }
        return writer.text.toString();
    }

    private void block(Node node, int indent) {
        if (node instanceof MappingNode mapping) {
            for (Iterator<Map.Entry<String, MappingNode.Entry>> entries =
                            mapping.entries().entrySet().iterator();
                    entries.hasNext(); ) {
                Map.Entry<String, MappingNode.Entry> entry = entries.next();
                key(entry.getKey());
                below(entry.getValue().value(), indent);
                if (entries.hasNext()) {
                    indent(indent);
                }
            }
            return;
        }
        for (Iterator<Node> items = ((SequenceNode) node).items().iterator(); items.hasNext(); ) {
            Node item = items.next();
            text.append("- ");
            if (item instanceof ScalarNode || isEmpty(item)) {
                inline(item);
                text.append('\n');
            } else {
                block(item, indent + 2);
            }
            if (items.hasNext()) {
                indent(indent);
            }
        }
    }

    private void below(Node value, int indent) {
        text.append(':');
        if (value instanceof ScalarNode || isEmpty(value)) {
            text.append(' ');
            inline(value);
            text.append('\n');
        } else {
            text.append('\n');
            indent(indent + 2);
            block(value, indent + 2);
        }
    }

    private void inline(Node node) {
        if (node instanceof MappingNode) {
            text.append("{}");
        } else if (node instanceof SequenceNode) {
            text.append("[]");
        } else {
            ScalarNode scalar = (ScalarNode) node;
            String written = scalar.isPlain() && scalar.written().isEmpty() ? "null" : scalar.written();
            boolean bare = scalar.isPlain() ? BARE.matcher(written).matches() : isWord(written);
            text.append(bare ? written : quoted(written));
        }
    }

    private void key(String key) {
        text.append(isWord(key) ? key : quoted(key));
    }

    private void indent(int spaces) {
        text.append(" ".repeat(spaces));
    }

    private static boolean isEmpty(Node node) {
        return node instanceof MappingNode mapping && mapping.entries().isEmpty()
                || node instanceof SequenceNode sequence && sequence.items().isEmpty();
    }

    private static boolean isWord(String text) {
        return WORD.matcher(text).matches() && !OTHER.contains(text.toLowerCase(Locale.ROOT));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (Shown.isVisible(c)) {
                        quoted.appendCodePoint(c);
                    } else if (c < 0x10000) {
                        quoted.append(String.format("\\u%04X", c));
                    } else {
                        quoted.append(String.format("\\U%08X", c));
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
