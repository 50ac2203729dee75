package io.leba.kernel.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads the events of one YAML text into raw values; what is plain enough goes to {@link PlainYaml}. No object is ever constructed from a tag; the parser's own messages
 * are used without its excerpts of the text, since those may hold secrets.
 */
final class YamlText {
    /** Nesting that no configuration needs; keeps recursion shallow. */
    static final int MAX_DEPTH = 64;

    /** Characters that a line may have; the parser's time grows with the square of a line's length. */
    static final int MAX_LINE = 256 << 10;

    private static final Set<String> TEXT_TAGS = Set.of("!", "tag:yaml.org,2002:str");
    private static final Set<String> OTHER_TAGS = Set.of(
            "tag:yaml.org,2002:int",
            "tag:yaml.org,2002:float",
            "tag:yaml.org,2002:bool",
            "tag:yaml.org,2002:null",
            "tag:yaml.org,2002:map",
            "tag:yaml.org,2002:seq",
            "tag:yaml.org,2002:merge");

    private final String text;
    private final Parser parser;
    private final Map<String, Optional<RawValue>> anchors = new HashMap<>();
    /** Thousands of rules have the same few keys; each is kept once. */
    private final Map<String, String> keys = new HashMap<>();

    /** What stops the reading of a text. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;
        private final int column;

        Unreadable(int line, int column, String message) {
            super(message);
            this.line = line;
            this.column = column;
        }

        int line() {
            return line;
        }

        int column() {
            return column;
        }
    }

    private YamlText(String text) {
        this.text = text;
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        this.parser = new ParserImpl(new StreamReader(text), options);
    }

    /** The only document of the text; empty if the text holds nothing. */
    static Optional<RawValue> read(String text) throws Unreadable {
        Optional<RawValue> plain = PlainYaml.read(text);
        return plain.isPresent() ? plain : readAll(text);
    }

    /** The same, by the library alone. */
    static Optional<RawValue> readAll(String text) throws Unreadable {
        checkLines(text);
        try {
            return new YamlText(text).document();
        } catch (MarkedYAMLException e) {
            throw ParserComplaint.of(text, e);
        } catch (ReaderException e) {
            int index = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
            TextPlace place = TextPlace.behind(text.substring(0, index));
            throw new Unreadable(
                    place.line(),
                    place.column(),
                    String.format(
                            "character U+%04X is not allowed; write it as an escape in double quotes",
                            e.getCodePoint()));
        } catch (RuntimeException e) {
            // The parser fails on some texts with exceptions that carry no place.
            throw new Unreadable(1, 1, "cannot be read as YAML");
        }
    }

    private static void checkLines(String text) throws Unreadable {
        int line = 1;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                line += c == '\n' || i + 1 == text.length() || text.charAt(i + 1) != '\n' ? 1 : 0;
                start = i + 1;
            } else if (i - start >= MAX_LINE) {
                throw new Unreadable(line, 1, "the line is longer than " + MAX_LINE + " characters");
            }
        }
    }

    private Optional<RawValue> document() throws Unreadable {
        parser.getEvent();
        if (parser.peekEvent() instanceof StreamEndEvent) {
            return Optional.empty();
        }
        Event start = parser.getEvent();
        RawValue value = value(parser.getEvent(), 0);
        parser.getEvent();
        if (parser.peekEvent() instanceof DocumentStartEvent second) {
            throw at(second, "a second document begins; keep one document a file and join files with 'include'");
        }
        boolean nothing = value instanceof RawValue.Scalar scalar
                && scalar.plain()
                && scalar.text().isEmpty();
        return nothing && start instanceof DocumentStartEvent ? Optional.empty() : Optional.of(value);
    }

    private RawValue value(Event event, int depth) throws Unreadable {
        if (depth > MAX_DEPTH) {
            throw at(event, "is nested deeper than " + MAX_DEPTH + " levels");
        }
        if (event instanceof AliasEvent alias) {
            return anchored(alias);
        }
        String anchor = ((NodeEvent) event).getAnchor();
        if (anchor != null) {
            anchors.put(anchor, Optional.empty());
        }
        RawValue value;
        if (event instanceof ScalarEvent scalar) {
            value = scalar(scalar);
        } else if (event instanceof MappingStartEvent) {
            checkTag(event, ((CollectionStartEvent) event).getTag());
            value = mapping(event, depth);
        } else {
            checkTag(event, ((CollectionStartEvent) event).getTag());
            value = sequence(event, depth);
        }
        if (anchor != null) {
            anchors.put(anchor, Optional.of(value));
        }
        return value;
    }

    private RawValue anchored(AliasEvent alias) throws Unreadable {
        Optional<RawValue> target = anchors.get(alias.getAnchor());
        if (target == null) {
            throw at(alias, "alias '*" + Shown.excerpt(alias.getAnchor()) + "' has no anchor before it");
        }
        if (target.isEmpty()) {
            throw at(alias, "alias '*" + Shown.excerpt(alias.getAnchor()) + "' stands inside its own anchor");
        }
        return target.get();
    }

    private RawValue.Scalar scalar(ScalarEvent event) throws Unreadable {
        checkTag(event, event.getTag());
        boolean plain = event.isPlain() && (event.getTag() == null || !TEXT_TAGS.contains(event.getTag()));
        return new RawValue.Scalar(line(event), column(event), event.getValue(), plain);
    }

    private RawValue mapping(Event start, int depth) throws Unreadable {
        List<RawValue.Entry> entries = new ArrayList<>();
        while (!(parser.peekEvent() instanceof MappingEndEvent)) {
            Event keyEvent = parser.getEvent();
            if (!(value(keyEvent, depth + 1) instanceof RawValue.Scalar key)) {
                throw at(keyEvent, "a key must be a word, not a mapping or a list");
            }
            entries.add(new RawValue.Entry(
                    new RawValue.Scalar(
                            line(keyEvent),
                            column(keyEvent),
                            keys.computeIfAbsent(key.text(), text -> text),
                            key.plain()),
                    value(parser.getEvent(), depth + 1)));
        }
        parser.getEvent();
        return new RawValue.Mapping(line(start), column(start), entries);
    }

    private RawValue sequence(Event start, int depth) throws Unreadable {
        List<RawValue> items = new ArrayList<>();
        while (!(parser.peekEvent() instanceof SequenceEndEvent)) {
            items.add(value(parser.getEvent(), depth + 1));
        }
        parser.getEvent();
        return new RawValue.Sequence(line(start), column(start), items);
    }

    private static void checkTag(Event event, String tag) throws Unreadable {
        if (tag != null && !TEXT_TAGS.contains(tag) && !OTHER_TAGS.contains(tag)) {
            throw at(event, "tag '" + Shown.excerpt(tag) + "' is not supported; write the value without it");
        }
    }

    private static Unreadable at(Event event, String message) {
        return new Unreadable(line(event), column(event), message);
    }

    private static int line(Event event) {
        return event.getStartMark().getLine() + 1;
    }

    private static int column(Event event) {
        return event.getStartMark().getColumn() + 1;
    }
}
