package io.leba.kernel.generation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells what has moved in an order: as few as explain the difference. */
final class Order {
    private Order() {}

    /**
     * The names that are in both lists and stand at another place among those that are in both: all but a longest common
     * subsequence. Names are distinct within each list. Takes time in proportion to n log n.
     */
    static Set<String> moved(List<String> before, List<String> after) {
        if (before.equals(after)) {
            return Set.of();
        }
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < before.size(); i++) {
            places.put(before.get(i), i);
        }
        List<String> common = after.stream().filter(places::containsKey).toList();
        int size = common.size();
        // The last element, by its index, of the best ascending run of each length; and what comes before each element.
        int[] ends = new int[size + 1];
        int[] previous = new int[size];
        int[] values = new int[size];
        int longest = 0;
        for (int i = 0; i < size; i++) {
            values[i] = places.get(common.get(i));
            int low = 1;
            int high = longest;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (values[ends[middle]] < values[i]) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            previous[i] = low > 1 ? ends[low - 1] : -1;
            ends[low] = i;
            longest = Math.max(longest, low);
        }
        if (longest == size) {
            return Set.of();
        }
        boolean[] stays = new boolean[size];
        for (int i = longest == 0 ? -1 : ends[longest]; i >= 0; i = previous[i]) {
            stays[i] = true;
        }
        Set<String> moved = new HashSet<>();
        for (int i = 0; i < size; i++) {
            if (!stays[i]) {
                moved.add(common.get(i));
            }
        }
        return moved;
    }
}
