package io.leba.kernel.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.config.Position;
import io.leba.spi.config.Slot;
import io.leba.spi.discovery.Discovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DiscoveryPlacesTest {
    private record Config(String name) {}

    private record Written(String type, Record config, Position position) implements Slot<Discovery> {}

    private List<Grouping.Source> before = List.of();

    private static Slot<Discovery> slot(String text) {
        String[] parts = text.split(" ");
        return new Written(parts[0], new Config(parts[1]), Position.NONE);
    }

    /** The places of these discoveries of a group, which the next call takes for those before. */
    private String places(String... slots) {
        Map<String, Slot<Discovery>> places = new DiscoveryPlaces(before)
                .of("g", Stream.of(slots).map(DiscoveryPlacesTest::slot).toList());
        List<Grouping.Source> sources = new ArrayList<>();
        places.forEach((place, slot) -> sources.add(new Grouping.Source(
                new Feed(place, List.of(), () -> {}), Optional.of(new Grouping.Written("g", slot)))));
        before = sources;
        return String.join(" ", places.keySet()).replace("backend_groups[g].discovery", "");
    }

    @Test
    void places_are_called_by_type_and_ordinal() {
        assertEquals("[dns] [file] [dns#2] [dns#3]", places("dns a", "file a", "dns b", "dns b"));
    }

    @Test
    void one_that_is_the_same_keeps_its_place_wherever_it_is_written() {
        places("dns a", "dns b", "dns c");
        assertEquals("[dns#3] [dns] [dns#2]", places("dns c", "dns a", "dns b"));
        assertEquals("[dns#2]", places("dns b"));
        assertEquals("[dns] [dns#2]", places("dns new", "dns b"));
    }

    @Test
    void one_that_changed_has_the_place_that_one_of_its_type_has_left() {
        places("dns a", "dns b", "file a");
        assertEquals("[dns#2] [dns] [file]", places("dns b", "dns new", "file b"));
    }

    @Test
    void one_of_another_group_is_another() {
        places("dns a");
        assertEquals(
                List.of("backend_groups[h].discovery[dns]"),
                List.copyOf(new DiscoveryPlaces(before)
                        .of("h", List.of(slot("dns a")))
                        .keySet()));
    }
}
