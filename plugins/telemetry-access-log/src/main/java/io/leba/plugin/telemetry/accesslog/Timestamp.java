package io.leba.plugin.telemetry.accesslog;

import io.leba.spi.OnLoop;
import java.nio.charset.StandardCharsets;

/** Times of day in UTC as {@code 2025-01-31T09:05:00.007Z} (RFC 3339), without allocating; the second is kept. */
@OnLoop
final class Timestamp {
    /** Characters. */
    static final int LENGTH = 24;

    private static final long MILLIS_PER_SECOND = 1000;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int DAYS_PER_ERA = 146_097;
    private static final int DAYS_TO_YEAR_0 = 719_468;

    private final byte[] text = "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.US_ASCII);
    private long second = Long.MIN_VALUE;

    /** The text; valid until the next call. */
    byte[] of(long epochMillis) {
        long wanted = Math.floorDiv(epochMillis, MILLIS_PER_SECOND);
        if (wanted != second) {
            second = wanted;
            date(Math.floorDiv(wanted, SECONDS_PER_DAY));
            int ofDay = Math.floorMod(wanted, SECONDS_PER_DAY);
            put(11, ofDay / 3600, 2);
            put(14, ofDay / 60 % 60, 2);
            put(17, ofDay % 60, 2);
        }
        put(20, (int) Math.floorMod(epochMillis, MILLIS_PER_SECOND), 3);
        return text;
    }

    /** The civil date, counted in eras of 400 years whose years begin in March. */
    private void date(long epochDay) {
        long days = epochDay + DAYS_TO_YEAR_0;
        long era = Math.floorDiv(days, DAYS_PER_ERA);
        int dayOfEra = (int) Math.floorMod(days, (long) DAYS_PER_ERA);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        put(0, (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0), 4);
        put(5, month, 2);
        put(8, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2);
    }

    private void put(int start, int number, int width) {
        int rest = number;
        for (int i = start + width - 1; i >= start; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
