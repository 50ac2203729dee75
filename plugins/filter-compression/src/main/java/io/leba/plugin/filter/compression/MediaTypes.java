package io.leba.plugin.filter.compression;

import io.leba.spi.OnLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Media types, some of them with a star. Immutable. */
final class MediaTypes {
    private final Set<String> names = new HashSet<>();
    private final String[][] open;

    MediaTypes(List<String> written) {
        List<String[]> stars = new java.util.ArrayList<>();
        for (String type : written) {
            String lower = type.toLowerCase(Locale.ROOT);
            int star = lower.indexOf('*');
            if (star < 0) {
                names.add(lower);
            } else {
                stars.add(new String[] {lower.substring(0, star), lower.substring(star + 1)});
            }
        }
        open = stars.toArray(new String[0][]);
    }

    /** @param field a {@code Content-Type} with its parameters, or null */
    @OnLoop
    boolean contain(String field) {
        if (field == null) {
            return false;
        }
        int end = field.indexOf(';');
        String type = (end < 0 ? field : field.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        if (names.contains(type)) {
            return true;
        }
        for (String[] one : open) {
            if (type.length() >= one[0].length() + one[1].length()
                    && type.startsWith(one[0])
                    && type.endsWith(one[1])) {
                return true;
            }
        }
        return false;
    }
}
