package io.leba.plugin.protocol.http.h2.hpack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The dynamic table of what is sent. Entries are numbered as they come; each hash has one slot for the youngest entry that has it,
 * so a look is one comparison, and what a slot forgets is sent as a literal once more. Nothing is allocated before the first entry.
 */
final class EncoderTable {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final int SLOTS = 256;
    private static final int ENTRIES = 128;

    private int limit;
    private byte[] bytes;
    private int[] entries;
    private int[] byField;
    private int[] byName;
    private int end;
    private int oldest;
    private int next;
    private int size;

    /** A table of so many bytes, 4096 at most. */
    EncoderTable(int limit) {
        this.limit = limit;
    }

    /** A hash of bytes on top of another one. */
    static int hash(int seed, byte[] a, int from, int to) {
        long h = (seed ^ to - from) * MIX;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            h = (h ^ (long) WORD.get(a, i)) * MIX;
            h ^= h >>> 29;
        }
        long rest = 0;
        for (; i < to; i++) {
            rest = rest << 8 | a[i] & 0xff;
        }
        h = (h ^ rest) * MIX;
        return (int) (h >>> 32);
    }

    int size() {
        return size;
    }

    int limit() {
        return limit;
    }

    void resize(int to) {
        limit = to;
        evictTo(to);
    }

    private void evictTo(int room) {
        while (size > room) {
            int entry = (oldest & ENTRIES - 1) * 3;
            size -= entries[entry + 1] + entries[entry + 2] + DecoderTable.OVERHEAD;
            oldest++;
        }
        if (oldest == next) {
            end = 0;
        }
    }

    private boolean isAlive(int entry) {
        return entry - oldest >= 0 && entry - next < 0 && size > 0;
    }

    private int indexOf(int entry) {
        return StaticTable.SIZE + next - entry;
    }

    /** The index of a field whose name and value are in one array; 0: it is not here. */
    int ofField(int hash, EncodedField field) {
        if (byField == null) {
            return 0;
        }
        int entry = byField[hash & SLOTS - 1];
        return isAlive(entry) && isName(entry, field) && isValue(entry, field) ? indexOf(entry) : 0;
    }

    /** The index of an entry with the name; 0: it is not here. */
    int ofName(int hash, EncodedField field) {
        if (byName == null) {
            return 0;
        }
        int entry = byName[hash & SLOTS - 1];
        return isAlive(entry) && isName(entry, field) ? indexOf(entry) : 0;
    }

    private boolean isName(int number, EncodedField field) {
        int entry = (number & ENTRIES - 1) * 3;
        int from = entries[entry];
        return Arrays.equals(bytes, from, from + entries[entry + 1], field.name, 0, field.nameLength);
    }

    private boolean isValue(int number, EncodedField field) {
        int entry = (number & ENTRIES - 1) * 3;
        int from = entries[entry] + entries[entry + 1];
        return Arrays.equals(bytes, from, from + entries[entry + 2], field.value, field.valueFrom, field.valueTo);
    }

    /** Adds a field; false if it is too large for the table. */
    boolean add(EncodedField field) {
        int valueLength = field.valueTo - field.valueFrom;
        int needed = field.nameLength + valueLength + DecoderTable.OVERHEAD;
        if (needed > limit) {
            return false;
        }
        evictTo(limit - needed);
        makeRoom(field.nameLength + valueLength);
        int entry = (next & ENTRIES - 1) * 3;
        entries[entry] = end;
        entries[entry + 1] = field.nameLength;
        entries[entry + 2] = valueLength;
        System.arraycopy(field.name, 0, bytes, end, field.nameLength);
        end += field.nameLength;
        System.arraycopy(field.value, field.valueFrom, bytes, end, valueLength);
        end += valueLength;
        size += needed;
        byField[field.hash & SLOTS - 1] = next;
        byName[field.nameHash & SLOTS - 1] = next;
        next++;
        return true;
    }

    private void makeRoom(int more) {
        if (bytes == null) {
            bytes = new byte[Math.max(1024, more)];
            entries = new int[ENTRIES * 3];
            byField = new int[SLOTS];
            byName = new int[SLOTS];
        }
        if (bytes.length - end >= more) {
            return;
        }
        int start = oldest == next ? end : entries[(oldest & ENTRIES - 1) * 3];
        int used = end - start;
        byte[] target = (used + more) * 2 > bytes.length ? new byte[(used + more) * 2] : bytes;
        System.arraycopy(bytes, start, target, 0, used);
        for (int i = oldest; i != next; i++) {
            entries[(i & ENTRIES - 1) * 3] -= start;
        }
        bytes = target;
        end = used;
    }
}
