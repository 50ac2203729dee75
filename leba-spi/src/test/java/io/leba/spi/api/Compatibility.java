package io.leba.spi.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares two signatures as a plugin would that was compiled against the first and meets the second. */
final class Compatibility {
    private Compatibility() {}

    /**
     * What would break, a line each: something that is gone, or something that a plugin's class would have to have.
     *
     * @param implemented the interfaces that plugins implement
     */
    static List<String> breaks(List<String> before, List<String> now, Set<String> implemented) {
        Set<String> known = plain(before);
        Set<String> there = plain(now);
        List<String> breaks = new ArrayList<>();
        for (String line : known) {
            if (!there.contains(line)) {
                breaks.add("gone: " + line);
            }
        }
        for (String line : now) {
            String plain = plain(line);
            boolean wasRequired = before.contains(line);
            if (line.endsWith(Signature.REQUIRED) && !wasRequired && isOf(implemented, plain) && isOld(before, plain)) {
                breaks.add("required: " + plain);
            }
        }
        return breaks.stream().sorted().toList();
    }

    private static Set<String> plain(List<String> lines) {
        Set<String> plain = new HashSet<>();
        lines.forEach(line -> plain.add(plain(line)));
        return plain;
    }

    private static String plain(String line) {
        return line.endsWith(Signature.REQUIRED)
                ? line.substring(0, line.length() - Signature.REQUIRED.length())
                : line;
    }

    private static String owner(String method) {
        String name = method.substring(0, method.indexOf('('));
        name = name.substring(name.lastIndexOf(' ') + 1);
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static boolean isOf(Set<String> types, String method) {
        return types.contains(owner(method));
    }

    /** What did not exist could not be implemented. */
    private static boolean isOld(List<String> before, String method) {
        return before.contains("interface " + owner(method));
    }
}
