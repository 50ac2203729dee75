package io.leba.kernel.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Fills in {@code ${NAME}}, {@code ${NAME:-default}} and {@code ${file:path}}; {@code $${} stands for the characters
 * {@code ${}. As in a shell, the default serves for an empty variable too. A file's last line break is dropped.
 */
final class Interpolation {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");
    private static final long MAX_FILE = 1 << 20;
    private static final String FILE = "file:";
    private static final String DEFAULT = ":-";

    private final UnaryOperator<String> environment;
    private final Set<Path> files = new TreeSet<>();
    private boolean isUsed;

    /**
     * Takes variables from {@code environment}.
     *
     * @param environment the value of a name, or null
     */
    Interpolation(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    /** A variable cannot be filled in. The message quotes names, never values. */
    static final class Unresolved extends Exception {
        private static final long serialVersionUID = 1L;

        Unresolved(String message) {
            super(message);
        }
    }

    /** Every file that was read or could not be read, absolute. */
    Set<Path> files() {
        return files;
    }

    /** Whether there was a variable in any text. */
    boolean isUsed() {
        return isUsed;
    }

    /** The text with its variables filled in; relative files start at {@code directory}. */
    String fill(String text, Path directory) throws Unresolved {
        if (text.indexOf("${") < 0) {
            return text;
        }
        isUsed = true;
        StringBuilder filled = new StringBuilder();
        int at = 0;
        while (true) {
            int start = text.indexOf("${", at);
            if (start < 0) {
                return filled.append(text, at, text.length()).toString();
            }
            if (start > at && text.charAt(start - 1) == '$') {
                filled.append(text, at, start - 1).append("${");
                at = start + 2;
                continue;
            }
            int end = text.indexOf('}', start);
            if (end < 0) {
                throw new Unresolved("'${' is not closed by '}'; write '$${' for the characters themselves");
            }
            filled.append(text, at, start).append(value(text.substring(start + 2, end), directory));
            at = end + 1;
        }
    }

    private String value(String expression, Path directory) throws Unresolved {
        if (expression.startsWith(FILE)) {
            return contents(expression.substring(FILE.length()), directory);
        }
        int dash = expression.indexOf(DEFAULT);
        String name = dash < 0 ? expression : expression.substring(0, dash);
        if (!NAME.matcher(name).matches() || expression.indexOf("${") >= 0) {
            throw new Unresolved("'${" + Shown.excerpt(expression)
                    + "}' is not a variable; write ${NAME}, ${NAME:-default} or ${file:path}, or '$${' for the characters"
                    + " themselves");
        }
        String value = environment.apply(name);
        if (dash >= 0) {
            return value == null || value.isEmpty() ? expression.substring(dash + DEFAULT.length()) : value;
        }
        if (value == null) {
            throw new Unresolved(
                    "environment variable '" + name + "' is not set; set it, or write ${" + name + ":-default}");
        }
        return value;
    }

    private String contents(String name, Path directory) throws Unresolved {
        try {
            Path file = directory.resolve(name);
            files.add(file);
            if (!Files.isRegularFile(file)) {
                throw new Unresolved("file '" + Shown.excerpt(name) + "' "
                        + (Files.exists(file) ? "is not a regular file" : "does not exist"));
            }
            if (Files.size(file) > MAX_FILE) {
                throw new Unresolved("file '" + Shown.excerpt(name) + "' is larger than 1 MiB");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            int end =
                    text.endsWith("\r\n") ? text.length() - 2 : text.endsWith("\n") ? text.length() - 1 : text.length();
            return text.substring(0, end);
        } catch (InvalidPathException e) {
            throw new Unresolved("'" + Shown.excerpt(name) + "' is not a file name");
        } catch (NoSuchFileException e) {
            throw new Unresolved("file '" + Shown.excerpt(name) + "' does not exist");
        } catch (CharacterCodingException e) {
            throw new Unresolved("file '" + Shown.excerpt(name) + "' is not text in UTF-8");
        } catch (IOException e) {
            throw new Unresolved("file '" + Shown.excerpt(name) + "' cannot be read ("
                    + e.getClass().getSimpleName() + ")");
        }
    }
}
