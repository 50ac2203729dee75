package io.leba.kernel.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What a user may have meant by a word that nobody knows. */
public final class Suggestion {
    private Suggestion() {}

    /** {@code "; did you mean 'x'?"}, or nothing. */
    public static String hint(String written, Collection<String> known) {
        List<String> nearest = nearest(written, known);
        return nearest.isEmpty() ? "" : "; did you mean '" + String.join("' or '", nearest) + "'?";
    }

    /** The known words that are nearest to {@code written}, if they are near enough for a slip: a third of its letters, three at most. */
    static List<String> nearest(String written, Collection<String> known) {
        String word = normal(written);
        if (word.isEmpty() || word.length() > 100) {
            return List.of();
        }
        int least = Math.min(3, Math.max(1, word.length() / 3));
        List<String> nearest = new ArrayList<>();
        for (String candidate : known) {
            String other = normal(candidate);
            if (Math.abs(other.length() - word.length()) <= least) {
                int distance = distance(word, other);
                if (distance < least) {
                    least = distance;
                    nearest.clear();
                }
                if (distance == least && !nearest.contains(candidate)) {
                    nearest.add(candidate);
                }
            }
        }
        Collections.sort(nearest);
        return nearest;
    }

    /** Hyphens, underscores, case and the humps of camel case are no difference. */
    private static String normal(String word) {
        return word.replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT);
    }

    /**
     * Edits that make one word of the other: insertions, deletions, substitutions, and swaps of neighbours (Damerau 1964,
     * each place edited once).
     */
    static int distance(String one, String other) {
        int[] before = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int same = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + same);
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            int[] free = before;
            before = last;
            last = row;
            row = free;
        }
        return last[other.length()];
    }
}
