package io.leba.kernel.generation;

import io.leba.spi.config.Slot;
import io.leba.spi.discovery.Discovery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Names the places of groups' own discoveries, so that one keeps its place, and with it what it found, when others come, go or
 * change their order: first whatever is the same as before, then the first of a type, the second and so on. A place is called
 * {@code backend_groups[api].discovery[dns]}, and of more of a type {@code …[dns#2]}.
 */
final class DiscoveryPlaces {
    private final List<Grouping.Source> before;

    /** @param before the sources of the generation before */
    DiscoveryPlaces(List<Grouping.Source> before) {
        this.before = before;
    }

    /** The discoveries of a group by place, in the order in which they are written. */
    Map<String, Slot<Discovery>> of(String group, List<Slot<Discovery>> slots) {
        List<Grouping.Source> free = new ArrayList<>(before);
        free.removeIf(source -> !source.group().map(group::equals).orElse(false));
        List<String> found = new ArrayList<>();
        for (Slot<Discovery> slot : slots) {
            found.add(taken(
                    free, one -> one.type().equals(slot.type()) && one.config().equals(slot.config())));
        }
        Map<String, Slot<Discovery>> places = new LinkedHashMap<>();
        for (int i = 0; i < slots.size(); i++) {
            Slot<Discovery> slot = slots.get(i);
            String place = found.get(i);
            if (place == null) {
                place = taken(free, one -> one.type().equals(slot.type()));
            }
            for (int ordinal = 1; place == null; ordinal++) {
                String name = "backend_groups[" + group + "].discovery[" + slot.type()
                        + (ordinal == 1 ? "]" : "#" + ordinal + "]");
                if (!found.contains(name) && !places.containsKey(name)) {
                    place = name;
                }
            }
            places.put(place, slot);
        }
        return places;
    }

    /** The place of the first that is meant, which is not free any more; null if there is none. */
    private static String taken(List<Grouping.Source> free, Predicate<Slot<Discovery>> isMeant) {
        for (int i = 0; i < free.size(); i++) {
            if (isMeant.test(free.get(i).written().orElseThrow().slot())) {
                return free.remove(i).feed().path();
            }
        }
        return null;
    }
}
