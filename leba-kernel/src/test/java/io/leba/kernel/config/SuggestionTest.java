package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
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
        assertEquals(Optional.of(meant), Suggestion.closest(written, KEYS));
    }

    @ParameterizedTest
    @CsvSource({"rate_limit", "x", "tcp", "failover_groups", "post", "n"})
    void another_word_finds_at_most_a_near_one(String written) {
        Optional<String> expected = switch (written) {
            case "post" -> Optional.of("port");
            default -> Optional.empty();
        };
        assertEquals(expected, Suggestion.closest(written, KEYS));
    }

    @Test
    void nothing_is_suggested_for_nothing_or_for_a_page_of_text() {
        assertEquals(Optional.empty(), Suggestion.closest("", KEYS));
        assertEquals(Optional.empty(), Suggestion.closest("-_", KEYS));
        assertEquals(Optional.empty(), Suggestion.closest("x".repeat(101), List.of("x".repeat(101))));
        assertEquals("", Suggestion.hint("failover", KEYS));
        assertEquals("; did you mean 'port'?", Suggestion.hint("prot", KEYS));
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
