package io.leba.kernel.config;

import io.leba.spi.config.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is wrong with a configuration, so that all of it is told at once. Belongs to one thread. */
public final class Problems {
    /** A file of garbage is not worth more; the rest is counted. */
    static final int KEPT = 1000;

    private final List<Problem> kept = new ArrayList<>();
    private final SecretTexts secrets = new SecretTexts();
    private int count;

    /** Adds a problem. */
    public void add(Position position, String message) {
        add(new Problem(position, message));
    }

    /**
     * Adds a problem in words that the kernel did not choose: of a plugin, a record's constructor, a library. Secrets that
     * they quote are replaced.
     */
    public void addForeign(Position position, String message) {
        add(position, secrets.hide(message));
    }

    /** The node and all in it is a secret, which foreign messages may quote. */
    void hide(Node secret) {
        secrets.add(secret);
    }

    /** Adds a problem. */
    public void add(Problem problem) {
        count++;
        if (kept.size() < KEPT) {
            kept.add(problem);
        }
    }

    /** Adds all of {@code others}. */
    public void addAll(Problems others) {
        others.kept.forEach(this::add);
        count += others.count - others.kept.size();
    }

    /** Whether nothing is wrong. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** How many were added, also of those that are no longer listed. */
    public int count() {
        return count;
    }

    /** In the order of the files as they were first mentioned, then by line and column; at most the first thousand. */
    public List<Problem> list() {
        Map<String, Integer> files = new LinkedHashMap<>();
        kept.forEach(problem -> files.putIfAbsent(problem.position().source(), files.size()));
        List<Problem> sorted = new ArrayList<>(kept);
        sorted.sort(Comparator.comparing(
                        (Problem problem) -> files.get(problem.position().source()))
                .thenComparingInt(problem -> problem.position().line())
                .thenComparingInt(problem -> problem.position().column()));
        return List.copyOf(sorted);
    }

    /** Throws all that was collected, if there is any. */
    public void throwIfAny() {
        if (!isEmpty()) {
            throw new ConfigException(this);
        }
    }

    /** One line a problem, then how many there are: {@code 2 problems}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Problem problem : list()) {
            text.append(problem).append('\n');
        }
        if (count > kept.size()) {
            text.append("and ").append(count - kept.size()).append(" more\n");
        }
        return text.append(count).append(count == 1 ? " problem" : " problems").toString();
    }
}
