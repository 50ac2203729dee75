package io.leba.plugin.filter.redirect;

import io.leba.spi.config.Doc;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.config.Matches;

/**
 * Paths of one form, and the form they get.
 *
 * @param from which paths
 * @param to what becomes of them
 */
@Doc(
        "Paths of one form, and the form they get. A `*` at the end of `from` stands for all that follows, or nothing; any other"
                + " `*` for one segment, or the rest of one; a segment has one at most. The `*` of `to` stand for the same, in order.")
record PathChange(
        @Doc(value = "Which paths.", example = "/users/*/posts/*")
        @Matches(value = "/[\\x21-\\x7e&&[^?#]]*", expected = "a path that starts with '/', such as /api/*")
        String from,

        @Doc(value = "What becomes of them.", example = "/u/*/p/*")
        @Matches(value = "/[\\x21-\\x7e&&[^?#]]*", expected = "a path that starts with '/', such as /v2/*")
        String to) {
    /** Checks that there is something for each star. */
    PathChange {
        if (!PathPattern.isPattern(from)) {
            throw new InvalidConfig("from", "must have one star at most between two slashes, got '" + from + "'");
        }
        long given = from.chars().filter(c -> c == '*').count();
        long wanted = to.chars().filter(c -> c == '*').count();
        if (wanted > given) {
            throw new InvalidConfig(
                    "to", "has " + wanted + " stars, and from " + given + ": there is nothing for them to stand for");
        }
    }
}
