package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads a configuration file, and the files that it includes, into one tree in which every value knows its place. Whatever
 * the bytes are, the outcome is a tree or problems with places. Items of the root's lists that stand as they stood in the reading
 * before are the same nodes again. Reads files: not for event loops.
 */
public final class ConfigLoader {
    private final UnaryOperator<String> environment;
    /** What was read last without problems, by the files' names. */
    private volatile Map<String, EarlierText> earlier = Map.of();

    /** Takes variables from the process's environment. */
    public ConfigLoader() {
        this(System::getenv);
    }

    /**
     * Takes variables from {@code environment}.
     *
     * @param environment the value of a variable, or null if it is not set
     */
    public ConfigLoader(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException with everything that is wrong with it
     */
    public ConfigDocument load(Path file) {
        Problems problems = new Problems();
        Optional<ConfigDocument> document = load(file, problems);
        problems.throwIfAny();
        return document.orElseThrow();
    }

    private static Optional<ConfigDocument> document(Reading reading, Path file) {
        return reading.file(file, file.toString(), new Position(file.toString(), 0, 0, ""))
                .map(reading::document);
    }

    /**
     * One reading of a file, whatever came of it.
     *
     * @param document what could be read; empty if there is no tree to go on with
     * @param problems what is wrong; the document is whole if there are none
     * @param files every file that was looked at, and so may mend it; absolute
     * @param directories where {@code include} looked for files by pattern, absolute
     */
    public record Attempt(
            Optional<ConfigDocument> document, Problems problems, Set<Path> files, Set<Path> directories) {}

    /** Reads a file, and tells also if that fails which files it depends on. */
    public Attempt attempt(Path file) {
        Problems problems = new Problems();
        Reading reading = new Reading(environment, problems, earlier);
        Optional<ConfigDocument> document = remembered(reading, document(reading, file), problems);
        return new Attempt(document, problems, reading.files(), reading.directories());
    }

    /**
     * Reads as much of a file as can be read. Values whose variables cannot be filled in are in the tree, and binding passes
     * over them, so that the rest can be checked too.
     *
     * @return empty if there is no tree to go on with
     */
    public Optional<ConfigDocument> load(Path file, Problems problems) {
        Reading reading = new Reading(environment, problems, earlier);
        return remembered(reading, document(reading, file), problems);
    }

    /** A reading without problems is the one that the next is compared with. */
    private Optional<ConfigDocument> remembered(Reading reading, Optional<ConfigDocument> document, Problems problems) {
        if (problems.isEmpty()) {
            earlier = reading.texts();
        }
        return document;
    }

    /**
     * Reads a text as if {@code file} held it: relative file names, and places in messages, are those that they will be once
     * it is written there. The file need not exist.
     *
     * @throws ConfigException with everything that is wrong with it
     */
    public ConfigDocument load(Path file, String text) {
        Problems problems = new Problems();
        Optional<ConfigDocument> document = load(file, text, problems);
        problems.throwIfAny();
        return document.orElseThrow();
    }

    /** Reads as much of a text as can be read, as if {@code file} held it; see {@link #load(Path, Problems)}. */
    public Optional<ConfigDocument> load(Path file, String text, Problems problems) {
        Reading reading = new Reading(environment, problems, earlier);
        return remembered(reading, reading.fileHolding(text, file).map(reading::document), problems);
    }

    /**
     * Reads a text; relative file names in it start at the working directory.
     *
     * @throws ConfigException with everything that is wrong with it
     */
    public ConfigDocument parse(String text, String sourceName) {
        Problems problems = new Problems();
        Optional<ConfigDocument> document = parse(text, sourceName, problems);
        problems.throwIfAny();
        return document.orElseThrow();
    }

    /** Reads as much of a text as can be read; see {@link #load(Path, Problems)}. */
    public Optional<ConfigDocument> parse(String text, String sourceName, Problems problems) {
        Reading reading = new Reading(environment, problems, earlier);
        return reading.text(text, sourceName, Path.of("").toAbsolutePath()).map(reading::document);
    }
}
