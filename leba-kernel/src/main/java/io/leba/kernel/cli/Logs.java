package io.leba.kernel.cli;

import java.io.Console;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** How the log is written. Takes effect if nothing was logged before. */
final class Logs {
    private static final String LEVEL = "leba.log.level";
    private static final String FORMAT = "leba.log.format";
    private static final String FILE = "leba.log.file";

    private static final List<String> LEVELS =
            List.of("off", "fatal", "error", "warn", "info", "debug", "trace", "all");
    private static final List<String> FORMATS = List.of("json", "text");

    private Logs() {}

    /**
     * To the file, or to standard error if it is null: plain lines on a terminal, else JSON.
     *
     * @throws IOException if the file cannot be written, or the user chose a level or format that there is not
     */
    static void to(Path file) throws IOException {
        requireKnown(LEVEL, LEVELS);
        requireKnown(FORMAT, FORMATS);
        if (file != null) {
            requireWritable(file);
            System.setProperty(FILE, file.toAbsolutePath().toString());
        } else if (System.getProperty(FORMAT) == null && isTerminal()) {
            System.setProperty(FORMAT, "text");
        }
    }

    /** Only this level and above, unless the user chose one. */
    static void atLeast(String level) throws IOException {
        if (System.getProperty(LEVEL) == null) {
            System.setProperty(LEVEL, level);
        }
        to(null);
    }

    /** What writes the log takes an unknown word for another one, in silence. */
    private static void requireKnown(String property, List<String> words) throws IOException {
        String word = System.getProperty(property);
        if (word != null && !words.contains(word.toLowerCase(Locale.ROOT))) {
            throw new IOException(
                    "-D" + property + " must be one of " + String.join(", ", words) + ", got '" + word + "'");
        }
    }

    /** What writes the log says on standard error that it cannot, and goes on without. */
    private static void requireWritable(Path file) throws IOException {
        try {
            Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "--log " + file + ": there is no folder "
                            + file.toAbsolutePath().getParent() + "; make it, or name a file in another one",
                    e);
        } catch (AccessDeniedException e) {
            throw new IOException("--log " + file + ": may not be written by this user; name another file", e);
        } catch (FileSystemException e) {
            throw new IOException(
                    "--log " + file + ": cannot be written ("
                            + (e.getReason() == null
                                    ? e.toString()
                                    : e.getReason().toLowerCase(Locale.ROOT))
                            + "); name another file",
                    e);
        }
    }

    /** Whether a person is likely to look: the JDK has a console, and (from JDK 22 on, where it always has) it is a terminal. */
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            Method isTerminal = Console.class.getMethod("isTerminal");
            return (boolean) isTerminal.invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
