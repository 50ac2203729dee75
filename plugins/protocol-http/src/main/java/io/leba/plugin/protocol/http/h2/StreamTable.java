package io.leba.plugin.protocol.http.h2;

/** The streams that are open, by their number: open addressing, with room for as many as may be open at a time. One connection's. */
final class StreamTable {
    private Http2Stream[] slots = new Http2Stream[16];
    private int count;

    int count() {
        return count;
    }

    private int slot(int id) {
        return (id >>> 1) * 0x9e3779b1 >>> 7 & slots.length - 1;
    }

    Http2Stream get(int id) {
        for (int i = slot(id); slots[i] != null; i = i + 1 & slots.length - 1) {
            if (slots[i].id() == id) {
                return slots[i];
            }
        }
        return null;
    }

    void add(Http2Stream stream) {
        if (2 * ++count > slots.length) {
            Http2Stream[] old = slots;
            slots = new Http2Stream[old.length * 2];
            for (Http2Stream one : old) {
                if (one != null) {
                    put(one);
                }
            }
        }
        put(stream);
    }

    private void put(Http2Stream stream) {
        int i = slot(stream.id());
        while (slots[i] != null) {
            i = i + 1 & slots.length - 1;
        }
        slots[i] = stream;
    }

    void remove(Http2Stream stream) {
        int mask = slots.length - 1;
        int hole = slot(stream.id());
        while (slots[hole] != stream) {
            hole = hole + 1 & mask;
        }
        count--;
        // What stands behind the hole because its own place was taken moves up.
        for (int i = hole + 1 & mask; slots[i] != null; i = i + 1 & mask) {
            int home = slot(slots[i].id());
            if ((i - home & mask) >= (i - hole & mask)) {
                slots[hole] = slots[i];
                hole = i;
            }
        }
        slots[hole] = null;
    }

    /** Any stream, or null. */
    Http2Stream any() {
        for (int i = 0; count > 0 && i < slots.length; i++) {
            if (slots[i] != null) {
                return slots[i];
            }
        }
        return null;
    }

    /** All streams, as they are now. */
    Http2Stream[] all() {
        Http2Stream[] all = new Http2Stream[count];
        int n = 0;
        for (Http2Stream stream : slots) {
            if (stream != null) {
                all[n++] = stream;
            }
        }
        return all;
    }
}
