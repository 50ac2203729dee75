package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A single value. It stays the text that was written; what it is taken for depends on the record that it is bound to.
 *
 * @param position where it begins
 * @param directory the directory of its file
 * @param text the value, variables filled in
 * @param written the value as it stands in the file
 * @param style how it is written
 */
public record ScalarNode(Position position, Path directory, String text, String written, Style style) implements Node {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");

    /** How a scalar is written. */
    public enum Style {
        /** Without quotes: may mean nothing ({@code null}). */
        PLAIN,
        /** In quotes or as a block: always a text. */
        QUOTED,
        /** A variable in it could not be filled in; reported already, not worth another message. */
        BROKEN
    }

    /** A value that is written just so. */
    public static ScalarNode of(Position position, Path directory, String text, Style style) {
        return new ScalarNode(position, directory, text, text, style);
    }

    /** Whether it is written without quotes. */
    public boolean isPlain() {
        return style == Style.PLAIN;
    }

    /** Whether it holds a variable that could not be filled in. */
    public boolean isBroken() {
        return style == Style.BROKEN;
    }

    /** Whether parts of it come from the environment or from another file. */
    public boolean isInterpolated() {
        return !text.equals(written);
    }

    @Override
    public boolean isNull() {
        return style == Style.PLAIN && NULLS.contains(text) && (text.isEmpty() || !isInterpolated());
    }

    /** The value, in quotes unless it is a number. What was filled in is never shown, since it may be a secret: the variable is. */
    @Override
    public String describe() {
        if (isInterpolated()) {
            return "the value of '" + Shown.excerpt(written) + "'";
        }
        if (isNull()) {
            return "nothing";
        }
        return isPlain() && NUMBER.matcher(text).matches() ? text : "'" + Shown.excerpt(text) + "'";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScalarNode that
                && text.equals(that.text)
                && isNull() == that.isNull()
                && isBroken() == that.isBroken();
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The place and what stands there; not what is in it, which may be secret. */
    @Override
    public String toString() {
        return position + ": " + "a scalar";
    }

    @Override
    public ScalarNode at(String path) {
        return new ScalarNode(KeyPath.at(position, path), directory, text, written, style);
    }
}
