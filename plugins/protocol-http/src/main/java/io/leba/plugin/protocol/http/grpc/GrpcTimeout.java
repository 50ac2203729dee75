package io.leba.plugin.protocol.http.grpc;

import java.util.concurrent.TimeUnit;

/** The value of {@code grpc-timeout}: up to eight digits and a unit. */
public final class GrpcTimeout {
    /** No valid timeout. */
    public static final long NONE = -1;

    private static final int MOST_DIGITS = 8;

    private GrpcTimeout() {}

    /** In milliseconds, rounded up, or {@link #NONE}. */
    public static long millis(byte[] a, int from, int to) {
        int digits = to - from - 1;
        if (digits < 1 || digits > MOST_DIGITS) {
            return NONE;
        }
        long value = 0;
        for (int i = from; i < to - 1; i++) {
            if (a[i] < '0' || a[i] > '9') {
                return NONE;
            }
            value = 10 * value + a[i] - '0';
        }
        return switch (a[to - 1]) {
            case 'H' -> TimeUnit.HOURS.toMillis(value);
            case 'M' -> TimeUnit.MINUTES.toMillis(value);
            case 'S' -> TimeUnit.SECONDS.toMillis(value);
            case 'm' -> value;
            case 'u' -> roundedUp(value, 1_000);
            case 'n' -> roundedUp(value, 1_000_000);
            default -> NONE;
        };
    }

    private static long roundedUp(long value, long unit) {
        return (value + unit - 1) / unit;
    }
}
