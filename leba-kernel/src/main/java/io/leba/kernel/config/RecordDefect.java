package io.leba.kernel.config;

/**
 * A configuration record breaks the rules of {@link io.leba.spi.config}: an error of the programmer who wrote it, not of
 * the user who configures. The message names record, component and remedy.
 */
public final class RecordDefect extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecordDefect(Class<?> type, String message) {
        super("configuration record " + type.getName() + ": " + message);
    }

    RecordDefect(Class<?> type, String component, String message) {
        super("configuration record " + type.getName() + ", component " + component + ": " + message);
    }
}
