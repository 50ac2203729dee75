package io.leba.plugin.filter.redirect;

import io.leba.spi.OnLoop;

/**
 * A {@link PathChange}, compiled. No segment has more than one star, so where a star ends follows from where its segment does:
 * matching goes over the path once. Immutable.
 */
final class PathPattern {
    private final String[] literals;
    private final String[] wanted;
    private final boolean isOpen;

    private PathPattern(String from, String to) {
        isOpen = from.endsWith("*");
        literals = from.split("\\*", -1);
        wanted = to.split("\\*", -1);
    }

    static PathPattern of(PathChange change) {
        return new PathPattern(change.from(), change.to());
    }

    /** Whether no segment has more than one star. */
    static boolean isPattern(String from) {
        int stars = 0;
        for (int i = 0; i < from.length(); i++) {
            char c = from.charAt(i);
            stars = c == '/' ? 0 : c == '*' ? stars + 1 : stars;
            if (stars > 1) {
                return false;
            }
        }
        return true;
    }

    /** Matches only. */
    static PathPattern of(String from) {
        return new PathPattern(from, "/");
    }

    @OnLoop
    boolean matches(String path) {
        return stars(path) != null;
    }

    /** What becomes of the path; null if it is of another form. */
    @OnLoop
    String change(String path) {
        int[] stars = stars(path);
        if (stars == null) {
            return null;
        }
        StringBuilder changed = new StringBuilder(path.length() + wanted[0].length());
        changed.append(wanted[0]);
        for (int i = 1; i < wanted.length; i++) {
            changed.append(path, stars[2 * i - 2], stars[2 * i - 1]).append(wanted[i]);
        }
        // What a star stands for may begin with a slash, and '//' would be the beginning of an authority.
        int slashes = 0;
        while (slashes < changed.length() && changed.charAt(slashes) == '/') {
            slashes++;
        }
        if (slashes > 1) {
            changed.delete(1, slashes);
        }
        return changed.toString();
    }

    /** From where to where each star's text goes; null if the path is of another form. */
    private int[] stars(String path) {
        int last = literals.length - 1;
        // '/api/*' is for '/api' as well
        String first = literals[0];
        if (last == 1
                && isOpen
                && first.endsWith("/")
                && first.length() == path.length() + 1
                && first.startsWith(path)) {
            return new int[] {path.length(), path.length()};
        }
        if (!path.startsWith(first)) {
            return null;
        }
        int[] stars = new int[2 * last];
        int at = first.length();
        for (int i = 1; i <= last; i++) {
            String literal = literals[i];
            int end;
            if (i == last && isOpen) {
                end = path.length();
            } else {
                int slash = literal.indexOf('/');
                int segmentEnd = path.indexOf('/', at);
                if (segmentEnd < 0) {
                    segmentEnd = path.length();
                }
                end = segmentEnd - (slash < 0 ? literal.length() : slash);
                if (end < at || !path.startsWith(literal, end)) {
                    return null;
                }
            }
            stars[2 * i - 2] = at;
            stars[2 * i - 1] = end;
            at = end + literal.length();
        }
        return at == path.length() ? stars : null;
    }
}
