package io.leba.spi.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConfigValuesTest {
    private record Located(String name, Position position) {}

    @Test
    void a_rate_counts_per_second_whatever_its_span() {
        assertEquals(100, new Rate(100, Duration.ofSeconds(1)).perSecond());
        assertEquals(1, new Rate(60, Duration.ofMinutes(1)).perSecond());
        assertEquals(20, new Rate(5, Duration.ofMillis(250)).perSecond());
    }

    @Test
    void a_rate_of_nothing_or_in_no_time_is_refused() {
        for (Duration span : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
            assertThrows(IllegalArgumentException.class, () -> new Rate(1, span));
        }
        assertEquals(
                "must be a rate such as 100/s, got 0/PT1S",
                assertThrows(IllegalArgumentException.class, () -> new Rate(0, Duration.ofSeconds(1)))
                        .getMessage());
    }

    @Test
    void moving_a_block_in_its_file_changes_no_record() {
        Located here = new Located("a", new Position("config.yaml", 1, 2, "groups[a]"));
        Located there = new Located("a", new Position("other.yaml", 30, 4, "groups[a]"));
        assertEquals(here, there);
        assertEquals(here.hashCode(), there.hashCode());
        assertNotEquals(here, new Located("b", here.position()));
        assertNotEquals(here.position(), (Object) "config.yaml");
    }

    @Test
    void a_position_prints_what_is_known_of_it() {
        assertEquals(
                "config.yaml:42:15 groups[api].sample",
                new Position("config.yaml", 42, 15, "groups[api].sample").toString());
        assertEquals("config.yaml:1:1", new Position("config.yaml", 1, 1, "").toString());
        assertEquals("config.yaml", new Position("config.yaml", 0, 0, "").toString());
        assertEquals("groups[api]", new Position("", 0, 0, "groups[api]").toString());
        assertEquals("", Position.NONE.toString());
    }

    @Test
    void invalid_configuration_names_a_key_or_the_whole() {
        assertEquals("max_idle", new InvalidConfig("max_idle", "must not exceed max").key());
        assertEquals("", new InvalidConfig("must hold a or b").key());
        assertEquals("must hold a or b", new InvalidConfig("must hold a or b").getMessage());
    }
}
