package io.leba.plugin.protocol.http.route;

import io.leba.plugin.protocol.http.head.ByteClass;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.spi.balance.Hash64;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Finds an index by a host name, without case and without making a string of it. Immutable. */
final class HostTable<T> {
    private final int mask;
    private final byte[][] names;
    private final Object[] values;

    HostTable(Map<String, T> entries) {
        int size = Integer.highestOneBit(Math.max(1, entries.size()) * 4);
        mask = size - 1;
        names = new byte[size][];
        values = new Object[size];
        entries.forEach((name, value) -> {
            byte[] lower = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
            int slot = (int) hash(lower, 0, lower.length) & mask;
            while (names[slot] != null) {
                slot = slot + 1 & mask;
            }
            names[slot] = lower;
            values[slot] = value;
        });
    }

    private static long hash(byte[] a, int from, int to) {
        long hash = Hash64.SEED;
        for (int i = from; i < to; i++) {
            hash = Hash64.add(hash, (byte) ByteClass.lower(a[i]));
        }
        return Hash64.finish(hash);
    }

    @SuppressWarnings("unchecked")
    T get(byte[] a, int from, int to) {
        int slot = (int) hash(a, from, to) & mask;
        while (names[slot] != null) {
            if (ByteClass.equalsIgnoreCase(a, from, to, names[slot])) {
                return (T) values[slot];
            }
            slot = slot + 1 & mask;
        }
        return null;
    }

    /** Where the host ends and the port begins. */
    static int nameEnd(RequestHead head) {
        byte[] a = head.bytes();
        int end = head.hostEnd();
        int i = end - 1;
        while (i >= head.hostStart() && a[i] >= '0' && a[i] <= '9') {
            i--;
        }
        if (i > head.hostStart() && a[i] == ':' && i < end - 1) {
            end = i;
        }
        // A trailing dot says that the name is complete; it is the same name.
        return end - 1 > head.hostStart() && a[end - 1] == '.' ? end - 1 : end;
    }
}
