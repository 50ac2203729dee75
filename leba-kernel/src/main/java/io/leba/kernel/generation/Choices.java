package io.leba.kernel.generation;

import java.util.Collection;
import java.util.List;

/** What there is to choose from, in words, for the end of a message. */
final class Choices {
    /** More names than this help nobody. */
    private static final int LISTED = 20;

    private Choices() {}

    /** That no plugin provides a word. */
    static String missing(String what, String word, Collection<String> installed) {
        return "no installed plugin provides " + what + " '" + word + "'" + installed(installed);
    }

    /** The words that the installed plugins provide: {@code ; installed: a, b}. */
    static String installed(Collection<String> words) {
        return "; installed: "
                + (words.isEmpty() ? "none" : listed(words.stream().sorted().toList()));
    }

    /** The words that would do: {@code ; one of a, b}. */
    static String oneOf(Collection<String> words) {
        return words.isEmpty() ? "; no installed plugin provides any" : "; one of " + listed(List.copyOf(words));
    }

    /** Names that are configured: {@code ; groups: a, b}. */
    static String configured(String what, Collection<String> names) {
        return names.isEmpty() ? "; none is configured" : "; " + what + ": " + listed(List.copyOf(names));
    }

    private static String listed(List<String> names) {
        int more = names.size() - LISTED;
        return String.join(", ", names.subList(0, Math.min(LISTED, names.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
