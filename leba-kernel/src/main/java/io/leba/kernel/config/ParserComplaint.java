package io.leba.kernel.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** What the YAML parser says, in words for whoever wrote the file, and without the parser's excerpt of the file. */
final class ParserComplaint {
    private static final Pattern BAD_START =
            Pattern.compile("found character '(.*)' that cannot start any token.*", Pattern.DOTALL);
    private static final Pattern BAD_ESCAPE =
            Pattern.compile("found unknown escape character (.*?)(\\([0-9]+\\))?", Pattern.DOTALL);
    private static final Pattern EXPECTED = Pattern.compile("expected (.*), but (?:got|found) (.*)", Pattern.DOTALL);

    private ParserComplaint() {}

    /** The complaint with its place. */
    static YamlText.Unreadable of(String text, MarkedYAMLException complaint) {
        Mark mark = complaint.getProblemMark() == null ? complaint.getContextMark() : complaint.getProblemMark();
        int line = mark == null ? 0 : mark.getLine();
        String message = words(complaint.getProblem() == null ? "" : complaint.getProblem());
        Mark begin = complaint.getContextMark();
        if (begin != null && begin.getLine() < line) {
            message += "; see line " + (begin.getLine() + 1);
        }
        if (lineOf(text, line).contains("${")
                && EXPECTED.matcher(complaint.getProblem()).matches()) {
            message += "; inside { } and [ ] a variable needs quotes: \"${NAME}\"";
        }
        return new YamlText.Unreadable(line + 1, mark == null ? 1 : mark.getColumn() + 1, message);
    }

    private static String words(String problem) {
        Matcher start = BAD_START.matcher(problem);
        if (start.matches()) {
            return start.group(1).contains("TAB")
                    ? "a tab cannot indent or separate; use spaces"
                    : "a value cannot begin with '" + Shown.text(start.group(1)) + "'; put it in quotes";
        }
        Matcher escape = BAD_ESCAPE.matcher(problem);
        if (escape.matches()) {
            return "unknown escape '\\" + Shown.text(escape.group(1))
                    + "' in double quotes; write '\\\\' for a backslash, or use single quotes";
        }
        return switch (problem) {
            case "mapping values are not allowed here" ->
                "a key cannot stand here; quote a value that holds ': ', or check the indentation";
            case "sequence entries are not allowed here" ->
                "'- ' cannot stand here; begin the list on a line of its own";
            case "found unexpected end of stream" -> "the file ends inside quotes; close them";
            case "found unexpected document separator" -> "a document ends inside quotes; close them";
            case "could not find expected ':'" -> "':' is missing after a key";
            case "expected <block end>, but found '<block mapping start>'",
                    "expected <block end>, but found '<block sequence start>'",
                    "expected <block end>, but found '-'",
                    "expected <block end>, but found '?'" -> "the indentation does not fit the lines before";
            default ->
                expected(problem)
                        .orElseGet(() -> "is not valid YAML" + (problem.isEmpty() ? "" : ": " + Shown.text(problem)));
        };
    }

    private static Optional<String> expected(String problem) {
        Matcher expected = EXPECTED.matcher(problem);
        if (!expected.matches()) {
            return Optional.empty();
        }
        String found = expected.group(2).replace("'", "");
        boolean ends = found.equals("<stream end>") || found.indexOf('\0') >= 0;
        return Optional.of("is not valid YAML: expected " + Shown.text(name(expected.group(1))) + ", "
                + (ends ? "but the file ends" : "got " + Shown.text(name(found))));
    }

    private static String name(String token) {
        return switch (token.startsWith("'<") ? token.replace("'", "") : token) {
            case "<block end>" -> "the next key or the end of the block";
            case "the node content" -> "a value";
            case "<document start>" -> "the end of the file";
            case "<scalar>" -> "a value";
            case "<anchor>" -> "an anchor";
            case "<alias>" -> "an alias";
            case "<tag>" -> "a tag";
            case "<block mapping start>" -> "a key";
            default -> token;
        };
    }

    private static String lineOf(String text, int line) {
        return text.lines().skip(line).findFirst().orElse("");
    }
}
