package io.leba.kernel.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderTest {
    private static List<String> names(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    @Test
    void only_what_is_in_both_can_have_moved() {
        assertEquals(Set.of(), Order.moved(names(""), names("a b")));
        assertEquals(Set.of(), Order.moved(names("a b"), names("")));
        assertEquals(Set.of(), Order.moved(names("a b c d"), names("a x c y d")));
        assertEquals(Set.of(), Order.moved(names("a b c"), names("z a b c")));
    }

    @Test
    void one_that_goes_to_the_end_has_moved_alone() {
        assertEquals(Set.of("a"), Order.moved(names("a b c d"), names("b c d a")));
        assertEquals(Set.of("d"), Order.moved(names("a b c d"), names("d a b c")));
        assertEquals(2, Order.moved(names("a b c"), names("c b a")).size());
    }

    @Test
    void what_has_not_moved_is_in_order_and_no_fewer_could_have_moved() {
        Random random = new Random(42);
        for (int round = 0; round < 500; round++) {
            List<String> before = new ArrayList<>(IntStream.range(0, random.nextInt(8))
                    .mapToObj(Integer::toString)
                    .toList());
            List<String> after = new ArrayList<>(before);
            Collections.shuffle(after, random);
            Set<String> moved = Order.moved(before, after);
            List<String> stayed =
                    after.stream().filter(name -> !moved.contains(name)).toList();
            assertTrue(isAscending(stayed), before + " " + after + " " + moved);
            assertEquals(longest(after), stayed.size(), after + " " + moved);
        }
    }

    private static boolean isAscending(List<String> names) {
        return names.equals(names.stream().sorted().toList());
    }

    /** The length of the longest ascending subsequence, by trying all. */
    private static int longest(List<String> names) {
        int longest = 0;
        for (int chosen = 0; chosen < 1 << names.size(); chosen++) {
            List<String> some = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                if ((chosen & 1 << i) != 0) {
                    some.add(names.get(i));
                }
            }
            longest = isAscending(some) ? Math.max(longest, some.size()) : longest;
        }
        return longest;
    }
}
