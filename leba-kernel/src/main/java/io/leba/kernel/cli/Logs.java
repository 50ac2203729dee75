package io.leba.kernel.cli;

import java.io.Console;
import java.lang.reflect.Method;
import java.nio.file.Path;

/** How the log is written. Takes effect if nothing was logged before. */
final class Logs {
    private static final String LEVEL = "leba.log.level";
    private static final String FORMAT = "leba.log.format";
    private static final String FILE = "leba.log.file";

    private Logs() {}

    /** To the file, or to standard error if it is null: plain lines on a terminal, else JSON. */
    static void to(Path file) {
        if (file != null) {
            System.setProperty(FILE, file.toAbsolutePath().toString());
        } else if (System.getProperty(FORMAT) == null && isTerminal()) {
            System.setProperty(FORMAT, "text");
        }
    }

    /** Only this level and above, unless the user chose one. */
    static void atLeast(String level) {
        if (System.getProperty(LEVEL) == null) {
            System.setProperty(LEVEL, level);
        }
        to(null);
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
