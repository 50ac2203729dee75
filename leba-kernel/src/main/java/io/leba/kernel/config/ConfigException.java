package io.leba.kernel.config;

import java.util.List;

/** The configuration cannot be used. Carries every problem that was found; the message lists them, one a line. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** All that was found; there must be at least one. */
    public ConfigException(Problems problems) {
        super(problems.toString());
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("no problem to throw");
        }
        this.problems = problems.list();
    }

    /** The problems in the order of the files. */
    public List<Problem> problems() {
        return problems;
    }
}
