package io.leba.plugin.protocol.http.head;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array that heads are composed in. One loop's, used again and again. */
public final class Bytes {
    private static final int KEPT = 64 << 10;
    private byte[] array;
    private int length;

    /** Room for the bytes, to begin with. */
    public Bytes(int capacity) {
        array = new byte[capacity];
    }

    /** What was put in; valid until more is put in. */
    public byte[] array() {
        return array;
    }

    /** How many bytes were put in. */
    public int length() {
        return length;
    }

    /** Empties it. */
    public Bytes clear() {
        length = 0;
        if (array.length > KEPT) {
            array = new byte[KEPT];
        }
        return this;
    }

    /** Adds bytes. */
    public Bytes put(byte[] source, int from, int to) {
        int count = to - from;
        ensure(count);
        System.arraycopy(source, from, array, length, count);
        length += count;
        return this;
    }

    /** Adds bytes. */
    public Bytes put(byte[] source) {
        return put(source, 0, source.length);
    }

    /** Adds a byte. */
    public Bytes put(int value) {
        ensure(1);
        array[length++] = (byte) value;
        return this;
    }

    /** Adds a text of Latin-1 characters. */
    public Bytes put(String text) {
        return put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Adds a number in decimal. */
    public Bytes putDecimal(long value) {
        ensure(20);
        int digits = 1;
        for (long v = value; v >= 10; v /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            array[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** Adds the end of a line. */
    public Bytes crlf() {
        ensure(2);
        array[length++] = '\r';
        array[length++] = '\n';
        return this;
    }

    /** Takes the last bytes back. */
    public Bytes unput(int count) {
        length -= count;
        return this;
    }

    /** Adds bytes of a buffer without moving its indices. */
    public Bytes put(ByteBuf source, int index, int count) {
        ensure(count);
        source.getBytes(index, array, length, count);
        length += count;
        return this;
    }

    private void ensure(int more) {
        if (array.length - length < more) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, length + more));
        }
    }
}
