package io.leba.kernel.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the YAML that large configurations are made of, many times faster than a parser of all of YAML and with a fraction of its
 * garbage: ASCII text of block mappings and lists with words as keys, values and quoted texts of one line without escapes, and
 * {@code {…}} and {@code […]} of such within a line. On anything else, and on any mistake, it gives up and has no opinion: the
 * library reads the text from its beginning, and words the complaint. What this class does read, the library reads the same, down
 * to each line and column. Items of the document's own lists that stand as they stood in an earlier text of the same file are not
 * read again.
 */
final class PlainYaml {
    /** The longest key; the library has limits of its own, which are higher. */
    private static final int MAX_KEY = 100;

    private static final int KEYS = 256;

    private final String text;
    private final EarlierText earlier;
    private final Map<String, EarlierText.Spans> spans = new HashMap<>();
    /** Thousands of rules have the same few keys; each is kept once. */
    private final String[] keys = new String[KEYS];
    /** Where the current line begins. */
    private int lineStart;
    /** Its number, from 1; 0 before the first. */
    private int line;
    /** Where its first character that is no space stands; the end of the text if there is no further line. */
    private int at;
    /** How many spaces it begins with; less than any other at the end of the text. */
    private int indent;

    /** The text is more than plain. */
    private static final class NotPlain extends Exception {
        private static final long serialVersionUID = 1L;
        private static final NotPlain INSTANCE = new NotPlain();

        private NotPlain() {
            super("", null, false, false);
        }
    }

    private PlainYaml(String text, EarlierText earlier) {
        this.text = text;
        this.earlier = earlier;
    }

    /**
     * A document.
     *
     * @param root what it holds
     * @param spans where the items of its lists stand, by the list's key
     */
    record Document(RawValue root, Map<String, EarlierText.Spans> spans) {}

    /** The document; empty if the text is for the library. */
    static Optional<RawValue> read(String text) {
        return read(text, EarlierText.NONE).map(Document::root);
    }

    /** The document; items that {@code earlier} has in the same lines are {@link RawValue.Known}. */
    static Optional<Document> read(String text, EarlierText earlier) {
        if (!isPlain(text)) {
            return Optional.empty();
        }
        try {
            PlainYaml reader = new PlainYaml(text, earlier);
            return reader.document().map(root -> new Document(root, reader.spans));
        } catch (NotPlain e) {
            return Optional.empty();
        }
    }

    /** Whether all of it is printable ASCII and line feeds, in lines that the library reads too. */
    private static boolean isPlain(String text) {
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                start = i + 1;
            } else if (c < ' ' || c > '~' || i - start >= YamlText.MAX_LINE) {
                return false;
            }
        }
        return true;
    }

    private Optional<RawValue> document() throws NotPlain {
        nextLine(0);
        if (at == text.length() || indent != 0 || isItem(at)) {
            return Optional.empty();
        }
        RawValue root = mapping(0, 0);
        return at == text.length() ? Optional.of(root) : Optional.empty();
    }

    /** Goes to the next line that has something, the first that begins at {@code start} or later. */
    private void nextLine(int start) {
        int from = start;
        while (from < text.length()) {
            line++;
            int i = from;
            while (i < text.length() && text.charAt(i) == ' ') {
                i++;
            }
            if (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '#') {
                lineStart = from;
                at = i;
                indent = i - from;
                return;
            }
            int end = text.indexOf('\n', i);
            from = end < 0 ? text.length() : end + 1;
        }
        at = text.length();
        indent = -1;
    }

    /** Goes on to the next line; nothing but a comment may follow on this one. */
    private void endLine(int from) throws NotPlain {
        int i = from;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        if (i < text.length() && text.charAt(i) != '\n' && (text.charAt(i) != '#' || i == from)) {
            throw NotPlain.INSTANCE;
        }
        int end = text.indexOf('\n', i);
        nextLine(end < 0 ? text.length() : end + 1);
    }

    /** The mapping whose first key stands at {@code at}, {@code own} columns from the left. */
    private RawValue mapping(int own, int depth) throws NotPlain {
        checkDepth(depth);
        int startLine = line;
        List<RawValue.Entry> entries = new ArrayList<>(6);
        do {
            int start = at;
            int colon = keyEnd(start);
            RawValue.Scalar key = new RawValue.Scalar(line, start - lineStart + 1, key(start, colon), true);
            entries.add(new RawValue.Entry(key, valueOf(key, colon, own, depth)));
        } while (indent == own && !isItem(at));
        if (indent >= own) {
            throw NotPlain.INSTANCE;
        }
        return new RawValue.Mapping(startLine, own + 1, entries);
    }

    /** What follows a key: something on its line, or a block on the lines below. */
    private RawValue valueOf(RawValue.Scalar key, int colon, int own, int depth) throws NotPlain {
        int i = colon + 1;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        if (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '#') {
            return inLine(i, depth + 1);
        }
        int keyLine = line;
        int keyColumn = colon + 1 - lineStart + 1;
        endLine(colon + 1);
        if (indent >= own && at < text.length() && isItem(at)) {
            Items items = depth == 0 ? new KnownItems(key.text()) : this::item;
            return sequence(indent, indent == own, depth + 1, items);
        }
        if (indent > own) {
            return mapping(indent, depth + 1);
        }
        return new RawValue.Scalar(keyLine, keyColumn, "", true);
    }

    /**
     * The list whose first item begins at {@code at}.
     *
     * @param hanging whether it stands in the column of the key that it belongs to, so that the next key ends it
     * @param reader reads each item
     */
    private RawValue sequence(int own, boolean hanging, int depth, Items reader) throws NotPlain {
        checkDepth(depth);
        int startLine = line;
        List<RawValue> items = new ArrayList<>();
        do {
            items.add(reader.next(depth + 1));
        } while (indent == own && isItem(at));
        if (indent > own || indent == own && !hanging) {
            throw NotPlain.INSTANCE;
        }
        return new RawValue.Sequence(startLine, own + 1, items);
    }

    /** Reads the items of a list, one after the other. */
    private interface Items {
        RawValue next(int depth) throws NotPlain;
    }

    /** The item that begins at {@code at}; goes on to the line behind it. */
    private RawValue item(int depth) throws NotPlain {
        int i = at + 1;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        if (isItem(i)) {
            throw NotPlain.INSTANCE;
        }
        if (isKey(i)) {
            at = i;
            indent = i - lineStart;
            return mapping(indent, depth);
        }
        return inLine(i, depth);
    }

    /** The items of a list of the document itself, which may be known from an earlier text. */
    private final class KnownItems implements Items {
        private final EarlierText.Spans before;
        private final EarlierText.Spans now = new EarlierText.Spans();

        KnownItems(String key) {
            this.before = earlier.spans(key).orElse(null);
            spans.put(key, now);
        }

        @Override
        public RawValue next(int depth) throws NotPlain {
            int start = lineStart;
            int firstLine = line;
            int known = known(start);
            RawValue item;
            if (known >= 0) {
                item = new RawValue.Known(firstLine, at - start + 1, before.item(known), before.values(known));
                int end = start + before.length(known);
                line += before.lines(known, earlier.text()) - 1;
                nextLine(end);
            } else {
                item = item(depth);
            }
            now.add(start, at == text.length() ? at : lineStart, firstLine, known < 0 ? 0 : before.values(known));
            return item;
        }

        private int known(int start) {
            int found = before == null ? -1 : before.find(earlier.text(), text, start, line, now.size());
            // What follows must not go on with the item.
            return found >= 0 && indentFrom(start + before.length(found)) <= indent ? found : -1;
        }
    }

    /** How many spaces the first line begins with that has something, from a line's beginning on. */
    private int indentFrom(int start) {
        int from = start;
        while (from < text.length()) {
            int i = from;
            while (charAt(i) == ' ') {
                i++;
            }
            if (charAt(i) != '\n' && charAt(i) != '#') {
                return i - from;
            }
            int end = text.indexOf('\n', i);
            from = end < 0 ? text.length() : end + 1;
        }
        return -1;
    }

    /** A value that begins and ends on the current line; goes on to the next. */
    private RawValue inLine(int start, int depth) throws NotPlain {
        char first = charAt(start);
        if (first == '{' || first == '[') {
            Flow flow = new Flow(start);
            RawValue value = flow.value(depth);
            endLine(flow.next);
            return value;
        }
        if (first == '"' || first == '\'') {
            checkDepth(depth);
            int close = closing(start);
            RawValue value = quoted(start, close);
            endLine(close + 1);
            return value;
        }
        checkDepth(depth);
        if (!beginsWord(start)) {
            throw NotPlain.INSTANCE;
        }
        int end = start;
        int i = start;
        for (char c = first; c != '\n'; c = charAt(++i)) {
            if (c == '#' && text.charAt(i - 1) == ' ') {
                break;
            }
            if (c == ':' && isSpaceOrEnd(i + 1)) {
                throw NotPlain.INSTANCE;
            }
            if (c != ' ') {
                end = i + 1;
            }
        }
        RawValue value = new RawValue.Scalar(line, start - lineStart + 1, text.substring(start, end), true);
        endLine(end);
        return value;
    }

    /** Values in braces and brackets, on the current line. */
    private final class Flow {
        private int next;

        Flow(int start) {
            this.next = start;
        }

        RawValue value(int depth) throws NotPlain {
            checkDepth(depth);
            int start = next;
            int column = start - lineStart + 1;
            char first = charAt(start);
            if (first == '{') {
                return new RawValue.Mapping(line, column, entries(depth));
            }
            if (first == '[') {
                return new RawValue.Sequence(line, column, items(depth));
            }
            if (first == '"' || first == '\'') {
                next = closing(start) + 1;
                return quoted(start, next - 1);
            }
            if (!beginsWord(start)) {
                throw NotPlain.INSTANCE;
            }
            while (isInFlowWord(next)) {
                next++;
            }
            return new RawValue.Scalar(line, column, text.substring(start, next), true);
        }

        private List<RawValue.Entry> entries(int depth) throws NotPlain {
            List<RawValue.Entry> entries = new ArrayList<>(6);
            if (isClosed('}')) {
                return entries;
            }
            do {
                int start = next;
                int colon = keyEnd(start);
                if (charAt(colon + 1) != ' ') {
                    throw NotPlain.INSTANCE;
                }
                RawValue.Scalar key = new RawValue.Scalar(line, start - lineStart + 1, key(start, colon), true);
                next = colon + 1;
                skipSpaces();
                entries.add(new RawValue.Entry(key, value(depth + 1)));
            } while (isFollowedByAnother('}'));
            return entries;
        }

        private List<RawValue> items(int depth) throws NotPlain {
            List<RawValue> items = new ArrayList<>();
            if (isClosed(']')) {
                return items;
            }
            do {
                items.add(value(depth + 1));
            } while (isFollowedByAnother(']'));
            return items;
        }

        private boolean isClosed(char close) {
            next++;
            skipSpaces();
            if (charAt(next) != close) {
                return false;
            }
            next++;
            return true;
        }

        private boolean isFollowedByAnother(char close) throws NotPlain {
            skipSpaces();
            char c = charAt(next);
            if (c != ',' && c != close) {
                throw NotPlain.INSTANCE;
            }
            next++;
            if (c == close) {
                return false;
            }
            skipSpaces();
            return true;
        }

        private void skipSpaces() {
            while (charAt(next) == ' ') {
                next++;
            }
        }
    }

    private RawValue.Scalar quoted(int open, int close) {
        return new RawValue.Scalar(line, open - lineStart + 1, text.substring(open + 1, close), false);
    }

    /** Where the quote that opens at {@code open} is closed, on the same line and with nothing escaped inside. */
    private int closing(int open) throws NotPlain {
        char quote = text.charAt(open);
        int i = open + 1;
        for (char c = charAt(i); c != quote; c = charAt(++i)) {
            if (c == '\n' || c == '\\' && quote == '"') {
                throw NotPlain.INSTANCE;
            }
        }
        if (charAt(i + 1) == quote) {
            throw NotPlain.INSTANCE;
        }
        return i;
    }

    private boolean isKey(int start) {
        int end = wordEnd(start);
        return end > start && charAt(end) == ':' && isSpaceOrEnd(end + 1);
    }

    /** Where the colon of the key that begins at {@code start} stands. */
    private int keyEnd(int start) throws NotPlain {
        int end = wordEnd(start);
        if (end == start || end - start > MAX_KEY || charAt(end) != ':' || !isSpaceOrEnd(end + 1)) {
            throw NotPlain.INSTANCE;
        }
        return end;
    }

    /** The end of the letters, digits, underscores and hyphens that begin at {@code start} with a letter or a digit. */
    private int wordEnd(int start) {
        int i = start;
        while (isLetterOrDigit(charAt(i)) || i > start && (charAt(i) == '_' || charAt(i) == '-')) {
            i++;
        }
        return i;
    }

    private String key(int start, int end) {
        int hash = end - start;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + text.charAt(i);
        }
        int slot = hash & KEYS - 1;
        String known = keys[slot];
        if (known != null && known.length() == end - start && text.startsWith(known, start)) {
            return known;
        }
        String key = text.substring(start, end);
        keys[slot] = key;
        return key;
    }

    /** Whether a value without quotes may begin here, as it may anywhere. */
    private boolean beginsWord(int i) {
        char c = charAt(i);
        return isLetterOrDigit(c)
                || c == '/'
                || c == '.' && isLetterOrDigit(charAt(i + 1))
                || c == '-' && isLetterOrDigit(charAt(i + 1));
    }

    private boolean isInFlowWord(int i) {
        char c = charAt(i);
        return isLetterOrDigit(c)
                || c == '/'
                || c == '.'
                || c == '-'
                || c == '_'
                || c == '%'
                || c == '*'
                || c == ':' && isLetterOrDigit(charAt(i + 1));
    }

    private boolean isItem(int i) {
        return charAt(i) == '-' && isSpaceOrEnd(i + 1);
    }

    private boolean isSpaceOrEnd(int i) {
        char c = charAt(i);
        return c == ' ' || c == '\n';
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z';
    }

    /** A line break behind the end. */
    private char charAt(int i) {
        return i < text.length() ? text.charAt(i) : '\n';
    }

    private static void checkDepth(int depth) throws NotPlain {
        if (depth > YamlText.MAX_DEPTH) {
            throw NotPlain.INSTANCE;
        }
    }
}
