package io.leba.plugin.health.tcp;

/**
 * A byte string that is looked for in a stream without keeping any of the stream (Knuth, Morris and Pratt, "Fast pattern
 * matching in strings", 1977). Immutable; the caller keeps how much has matched.
 */
final class Needle {
    private final byte[] bytes;
    /** For each count of matched bytes, the next best count when the byte after them differs. */
    private final int[] shorter;

    Needle(byte[] bytes) {
        this.bytes = bytes;
        this.shorter = new int[bytes.length + 1];
        for (int i = 1; i < bytes.length; i++) {
            shorter[i + 1] = next(shorter[i], bytes[i]);
        }
    }

    int length() {
        return bytes.length;
    }

    /** How many bytes match after one more, given how many did before. */
    int next(int matched, byte read) {
        int count = matched;
        while (count > 0 && bytes[count] != read) {
            count = shorter[count];
        }
        return bytes[count] == read ? count + 1 : 0;
    }
}
