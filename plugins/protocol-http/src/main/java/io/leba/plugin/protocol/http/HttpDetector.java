package io.leba.plugin.protocol.http;

import io.leba.spi.protocol.Detector;
import io.netty.buffer.ByteBuf;

/**
 * Recognises HTTP/1 by the whole of its first words: a method of letters, a space, and a target that begins as one does; and
 * HTTP/2 by its preface ({@code PRI * HTTP/2}).
 */
final class HttpDetector implements Detector {
    private static final int LONGEST_METHOD = 24;
    private static final String PREFACE = "PRI * HTTP/2";

    @Override
    public Detection detect(ByteBuf bytes) {
        int from = bytes.readerIndex();
        int to = bytes.writerIndex();
        int i = from;
        while (i + 1 < to && bytes.getByte(i) == '\r' && bytes.getByte(i + 1) == '\n') {
            i += 2;
        }
        int start = i;
        while (i < to && isMethod(bytes.getByte(i))) {
            i++;
        }
        int length = i - start;
        if (length > LONGEST_METHOD) {
            return Detection.NO;
        }
        if (i == to) {
            return Detection.MORE;
        }
        if (length == 0) {
            return bytes.getByte(i) == '\r' && i + 1 == to ? Detection.MORE : Detection.NO;
        }
        if (bytes.getByte(i) != ' ') {
            return Detection.NO;
        }
        return target(bytes, start, i + 1, to);
    }

    private static Detection target(ByteBuf bytes, int start, int at, int to) {
        if (at >= to) {
            return Detection.MORE;
        }
        if (isPreface(bytes, start, to)) {
            return to - start < PREFACE.length() ? Detection.MORE : Detection.YES;
        }
        byte c = bytes.getByte(at);
        return c > ' ' && c != 0x7f ? Detection.YES : Detection.NO;
    }

    private static boolean isPreface(ByteBuf bytes, int start, int to) {
        int length = Math.min(PREFACE.length(), to - start);
        for (int i = 0; i < length; i++) {
            if (bytes.getByte(start + i) != PREFACE.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isMethod(byte c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_';
    }
}
