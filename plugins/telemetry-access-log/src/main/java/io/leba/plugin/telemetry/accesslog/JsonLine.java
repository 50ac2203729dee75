package io.leba.plugin.telemetry.accesslog;

import io.leba.spi.OnLoop;

/**
 * Writes one JSON object into a buffer of its own, without allocating (RFC 8259). The text is valid UTF-8 whatever it is
 * given. A long text is cut and ends in an ellipsis; a field that does not fit any more is left out as a whole, so that a line
 * is always an object.
 */
@OnLoop
final class JsonLine {
    /** The longest line, its end included. */
    static final int MAX_LINE = 16 * 1024;

    /** The longest text, in bytes as written, before its ellipsis. */
    static final int MAX_TEXT = 4 * 1024;

    private static final int END = 2;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private final byte[] bytes = new byte[MAX_LINE];
    private final byte[] digits = new byte[20];
    private int length;
    private boolean isFull;

    /** Begins an object. */
    void begin() {
        bytes[0] = '{';
        length = 1;
        isFull = false;
    }

    /** Ends the object and the line. */
    void end() {
        bytes[length++] = '}';
        bytes[length++] = '\n';
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** A field with a text. */
    void text(String name, CharSequence value) {
        int start = openField(name);
        put('"');
        escaped(value, MAX_TEXT);
        put('"');
        closeField(start);
    }

    /** A field with an ASCII text that needs no escapes. */
    void ascii(String name, byte[] value, int size) {
        int start = openField(name);
        put('"');
        for (int i = 0; i < size; i++) {
            put(value[i]);
        }
        put('"');
        closeField(start);
    }

    /** A field with a number. */
    void number(String name, long value) {
        int start = openField(name);
        decimal(value);
        closeField(start);
    }

    private int openField(String name) {
        int start = length;
        if (length > 1) {
            put(',');
        }
        put('"');
        escaped(name, MAX_TEXT);
        put('"');
        put(':');
        return start;
    }

    private void closeField(int start) {
        if (isFull) {
            isFull = false;
            length = start;
        }
    }

    private void put(int value) {
        if (length < MAX_LINE - END) {
            bytes[length++] = (byte) value;
        } else {
            isFull = true;
        }
    }

    private void escaped(CharSequence text, int limit) {
        int most = length + limit;
        for (int i = 0; i < text.length() && !isFull; i++) {
            if (length >= most) {
                utf8('\u2026');
                return;
            }
            char c = text.charAt(i);
            if (c < 0x80) {
                ascii(c);
            } else if (!Character.isSurrogate(c)) {
                utf8(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                utf8(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                utf8('\ufffd');
            }
        }
    }

    private void ascii(char c) {
        if (c == '"' || c == '\\') {
            put('\\');
            put(c);
        } else if (c >= ' ' && c != 0x7f) {
            put(c);
        } else {
            put('\\');
            put('u');
            put('0');
            put('0');
            put(HEX[c >> 4]);
            put(HEX[c & 15]);
        }
    }

    private void utf8(int point) {
        if (point < 0x800) {
            put(0xc0 | point >> 6);
        } else if (point < 0x10000) {
            put(0xe0 | point >> 12);
            put(0x80 | point >> 6 & 0x3f);
        } else {
            put(0xf0 | point >> 18);
            put(0x80 | point >> 12 & 0x3f);
            put(0x80 | point >> 6 & 0x3f);
        }
        put(0x80 | point & 0x3f);
    }

    private void decimal(long value) {
        // Negative numbers reach further than positive ones.
        long rest = value < 0 ? value : -value;
        int at = digits.length;
        do {
            digits[--at] = (byte) ('0' - rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            put('-');
        }
        while (at < digits.length) {
            put(digits[at++]);
        }
    }
}
