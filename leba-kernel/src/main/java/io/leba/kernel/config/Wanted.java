package io.leba.kernel.config;

import java.util.List;

/**
 * What a node is bound to, and how problems with it are told.
 *
 * @param type the type
 * @param constraint what the component's annotations demand
 * @param secret whether the value must not be shown
 * @param isDefault whether the value is a default, not the user's
 */
record Wanted(ValueType type, Constraint constraint, boolean secret, boolean isDefault) {
    /** The same for what is inside. */
    Wanted of(ValueType inner) {
        return new Wanted(inner, constraint, secret, isDefault);
    }

    /** {@code ", got 'x'"}, or nothing for a secret. */
    String got(Node node) {
        return got(node, secret);
    }

    static String got(Node node, boolean secret) {
        return secret && node instanceof ScalarNode && !node.isNull() ? "" : ", got " + node.describe();
    }

    /** Whether hints may be drawn from the value. */
    boolean mayHint(Node node) {
        return !secret && node instanceof ScalarNode scalar && !scalar.isInterpolated();
    }

    /** {@code "; did you mean 'x'?"}, or nothing. */
    String suggestion(Node node, List<String> words) {
        return mayHint(node) ? Suggestion.hint(((ScalarNode) node).text(), words) : "";
    }

    /** Reports a problem of the value. */
    void report(Problems problems, Node node, String message) {
        problems.add(node.position(), isDefault ? message + " (the default)" : message);
    }
}
