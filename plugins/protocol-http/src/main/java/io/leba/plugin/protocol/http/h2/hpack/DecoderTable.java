package io.leba.plugin.protocol.http.h2.hpack;

import java.util.Arrays;

/**
 * The dynamic table of what is received (RFC 7541 §2.3.2): entries in one array of bytes, oldest first, moved to its beginning when
 * its end is reached. What a name means and whether a value is valid was found out when the entry came. Nothing is allocated before the
 * first entry.
 */
final class DecoderTable {
    /** What an entry counts beside its bytes. */
    static final int OVERHEAD = 32;

    private static final int FIRST = 512;

    private final int largest;
    private final int mask;
    private int limit;
    private byte[] bytes;
    private int end;
    /** For each entry: where it starts, its name's and its value's length, its kind. */
    private int[] entries;

    private int oldest;
    private int count;
    private int size;

    /** A table that may have so many bytes. */
    DecoderTable(int largest) {
        this.largest = largest;
        this.limit = largest;
        this.mask = Math.max(1, Integer.highestOneBit(Math.max(1, largest / OVERHEAD)) * 2) - 1;
    }

    /** The peer uses so many bytes from now on; false if that is more than it may. */
    boolean resize(int bytesUsed) {
        if (bytesUsed > largest) {
            return false;
        }
        limit = bytesUsed;
        evictTo(limit);
        return true;
    }

    int count() {
        return count;
    }

    int size() {
        return size;
    }

    private void evictTo(int room) {
        while (size > room) {
            int entry = (oldest & mask) * 4;
            size -= entries[entry + 1] + entries[entry + 2] + OVERHEAD;
            oldest++;
            count--;
        }
        if (count == 0) {
            end = 0;
        }
    }

    /** Shows an entry; 0 is the youngest. */
    void show(int index, FieldView field) {
        showName(index, field);
        int entry = at(index);
        field.valueBytes = bytes;
        field.valueFrom = field.nameTo;
        field.valueTo = field.nameTo + entries[entry + 2];
        field.kind = entries[entry + 3];
    }

    /** Shows an entry's name, and what it means. */
    void showName(int index, FieldView field) {
        int entry = at(index);
        field.nameBytes = bytes;
        field.nameFrom = entries[entry];
        field.nameTo = entries[entry] + entries[entry + 1];
    }

    int kind(int index) {
        return entries[at(index) + 3];
    }

    private int at(int index) {
        return (oldest + count - 1 - index & mask) * 4;
    }

    /** Adds an entry; its bytes must not be those of this table. */
    void add(FieldView field) {
        int nameLength = field.nameTo - field.nameFrom;
        int valueLength = field.valueTo - field.valueFrom;
        int needed = field.size();
        if (needed > limit) {
            evictTo(0);
            return;
        }
        evictTo(limit - needed);
        makeRoom(nameLength + valueLength);
        int entry = (oldest + count & mask) * 4;
        entries[entry] = end;
        entries[entry + 1] = nameLength;
        entries[entry + 2] = valueLength;
        entries[entry + 3] = field.kind;
        System.arraycopy(field.nameBytes, field.nameFrom, bytes, end, nameLength);
        end += nameLength;
        System.arraycopy(field.valueBytes, field.valueFrom, bytes, end, valueLength);
        end += valueLength;
        count++;
        size += needed;
    }

    private void makeRoom(int more) {
        if (bytes == null) {
            bytes = new byte[Math.max(FIRST, more)];
            entries = new int[(mask + 1) * 4];
        }
        if (bytes.length - end >= more) {
            return;
        }
        int start = count == 0 ? end : entries[(oldest & mask) * 4];
        int used = end - start;
        // Half of the array free at least, so that entries are moved once in a while and not each time.
        byte[] target = (used + more) * 2 > bytes.length ? new byte[(used + more) * 2] : bytes;
        System.arraycopy(bytes, start, target, 0, used);
        for (int i = 0; i < count; i++) {
            entries[(oldest + i & mask) * 4] -= start;
        }
        bytes = target;
        end = used;
    }

    @Override
    public String toString() {
        return "DecoderTable" + Arrays.asList(count, size, limit);
    }
}
