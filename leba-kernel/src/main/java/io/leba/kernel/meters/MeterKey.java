package io.leba.kernel.meters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What makes two measurements the same.
 *
 * @param name the name
 * @param labels names and values in turn, in the order of the names
 */
record MeterKey(String name, List<String> labels) {
    static MeterKey of(String name, String... labels) {
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "labels of " + name + " must be names and values in turn, got " + labels.length + " words");
        }
        Map<String, String> sorted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            if (sorted.put(labels[i], labels[i + 1]) != null) {
                throw new IllegalArgumentException("label " + labels[i] + " of " + name + " is given twice");
            }
        }
        List<String> flat = new ArrayList<>();
        sorted.forEach((label, value) -> {
            flat.add(label);
            flat.add(value);
        });
        return new MeterKey(name, List.copyOf(flat));
    }

    /** The labels' names. */
    List<String> labelNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < labels.size(); i += 2) {
            names.add(labels.get(i));
        }
        return names;
    }
}
