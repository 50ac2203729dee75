package io.leba.plugin.filter.grpcweb;

import java.nio.ByteBuffer;

/** Decodes base64 that comes in pieces of any size: one text, or several, padded, one behind the other. */
final class Base64Stream {
    private int bits;
    private int digits;
    private int padding;

    /**
     * Decodes a piece.
     *
     * @param isLast whether no more comes; the padding of the last group may be missing
     * @throws IllegalArgumentException if it is no base64
     */
    ByteBuffer decode(ByteBuffer text, boolean isLast) {
        ByteBuffer out = ByteBuffer.allocate(text.remaining() / 4 * 3 + 6);
        while (text.hasRemaining()) {
            take(text.get(), out);
        }
        if (isLast && digits + padding > 0) {
            require(padding == 0);
            end(out);
        }
        return out.flip();
    }

    private static void require(boolean isSo) {
        if (!isSo) {
            throw new IllegalArgumentException("the body of a grpc-web-text request is no base64");
        }
    }

    private void take(byte c, ByteBuffer out) {
        if (c == '=') {
            padding++;
            require(digits >= 2 && digits + padding <= 4);
        } else {
            int value = value(c);
            require(value >= 0 && padding == 0);
            bits = bits << 6 | value;
            digits++;
        }
        if (digits + padding == 4) {
            end(out);
        }
    }

    /** A group is over: of two to four digits, which are one to three bytes. */
    private void end(ByteBuffer out) {
        require(digits >= 2);
        int group = bits << 6 * (4 - digits);
        for (int i = 0; i < digits - 1; i++) {
            out.put((byte) (group >> 16 - 8 * i));
        }
        bits = 0;
        digits = 0;
        padding = 0;
    }

    private static int value(byte c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '+' ? 62 : c == '/' ? 63 : -1;
    }
}
