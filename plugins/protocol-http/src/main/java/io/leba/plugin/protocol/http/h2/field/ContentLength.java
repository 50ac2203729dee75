package io.leba.plugin.protocol.http.h2.field;

import io.leba.plugin.protocol.http.h2.hpack.FieldView;

/** The value of {@code content-length}. */
final class ContentLength {
    private static final int MOST_DIGITS = 18;

    private ContentLength() {}

    /** The number, or -1: not a plain decimal of at most 18 digits without leading zeros. */
    static long of(FieldView field) {
        int digits = field.valueTo() - field.valueFrom();
        byte[] a = field.valueBytes();
        if (digits < 1 || digits > MOST_DIGITS || digits > 1 && a[field.valueFrom()] == '0') {
            return -1;
        }
        long value = 0;
        for (int i = field.valueFrom(); i < field.valueTo(); i++) {
            if (a[i] < '0' || a[i] > '9') {
                return -1;
            }
            value = value * 10 + a[i] - '0';
        }
        return value;
    }
}
