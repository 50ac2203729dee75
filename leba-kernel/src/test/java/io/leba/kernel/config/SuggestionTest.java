package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> KEYS = List.of(
            "name",
            "port",
            "address",
            "health_check",
            "connect_timeout",
            "connect_retries",
            "algorithm",
            "tls",
            "weight");

    @ParameterizedTest
    @CsvSource({
        "helth_check, health_check",
        "heath-check, health_check",
        "healthCheck, health_check",
        "health_chekc, health_check",
        "conect_timeout, connect_timeout",
        "connection_timeout, connect_timeout",
        "prot, port",
        "Port, port",
        "ports, port",
        "tsl, tls",
        "algoritm, algorithm",
        "wieght, weight",
        "adress, address",
    })
    void a_slip_finds_the_key_that_was_meant(String written, String meant) {
        assertEquals(List.of(meant), Suggestion.nearest(written, KEYS));
    }

    @ParameterizedTest
    @CsvSource({"rate_limit", "x", "tcp", "failover_groups", "post", "n"})
    void another_word_finds_at_most_a_near_one(String written) {
        List<String> expected = written.equals("post") ? List.of("port") : List.of();
        assertEquals(expected, Suggestion.nearest(written, KEYS));
    }

    @Test
    void nothing_is_suggested_for_nothing_or_for_a_page_of_text() {
        assertEquals(List.of(), Suggestion.nearest("", KEYS));
        assertEquals(List.of(), Suggestion.nearest("-_", KEYS));
        assertEquals(List.of(), Suggestion.nearest("x".repeat(101), List.of("x".repeat(101))));
        assertEquals("", Suggestion.hint("failover", KEYS));
        assertEquals("; did you mean 'port'?", Suggestion.hint("prot", KEYS));
    }

    @Test
    void words_that_are_as_near_are_all_suggested() {
        assertEquals(
                List.of("plugin", "plugins"),
                Suggestion.nearest("pluginz", List.of("plugins", "plan", "plugin", "plugins")));
        assertEquals("; did you mean 'plugin' or 'plugins'?", Suggestion.hint("pluginz", List.of("plugin", "plugins")));
    }

    @Test
    void the_distance_counts_edits_and_swaps_of_neighbours() {
        assertEquals(0, Suggestion.distance("abc", "abc"));
        assertEquals(3, Suggestion.distance("", "abc"));
        assertEquals(3, Suggestion.distance("abc", ""));
        assertEquals(1, Suggestion.distance("abcd", "abdc"));
        assertEquals(1, Suggestion.distance("abc", "abxc"));
        assertEquals(1, Suggestion.distance("abc", "axc"));
        assertEquals(3, Suggestion.distance("ca", "abc"));
        assertEquals(3, Suggestion.distance("kitten", "sitting"));
    }
}
