package io.leba.spi.control;

import java.util.List;

/**
 * A change that was not made, or a question that has no answer. What served before serves on unchanged. Every problem is a
 * line of its own that names place, expectation and remedy.
 */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The category. */
    private final Reason reason;

    /** Each problem, a line. */
    private final transient List<String> problems;

    /** @param problems at least one; lower case, no full stop */
    public Refused(Reason reason, List<String> problems) {
        super(String.join("; ", problems));
        this.reason = reason;
        this.problems = List.copyOf(problems);
    }

    /** With one problem. */
    public Refused(Reason reason, String problem) {
        this(reason, List.of(problem));
    }

    /** Why, for those who must act on it: exit codes, HTTP statuses. */
    public enum Reason {
        /** What was given has problems: a configuration, a jar, a number. HTTP 422. */
        INVALID,
        /** What was named does not exist: a plugin, a group, a backend. HTTP 404. */
        NOT_FOUND,
        /** It cannot be done now: another change is unconfirmed, the node stops. HTTP 409. */
        CONFLICT,
        /** It was tried and failed: a file that cannot be written, a process that did not become ready. HTTP 500. */
        FAILED
    }

    /** The category. */
    public Reason reason() {
        return reason;
    }

    /** Each problem, a line. Empty after deserialisation. */
    public List<String> problems() {
        return problems == null ? List.of() : problems;
    }
}
