package io.leba.plugin.protocol.http.answer;

import java.nio.charset.StandardCharsets;

/** The value of {@code Date} fields (RFC 9110 §5.6.7), made once a second. One loop's. */
public final class HttpDate {
    private static final String[] DAYS = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    private static final int SECONDS_A_DAY = 86_400;

    private long second = Long.MIN_VALUE;
    private byte[] text;

    /** Nothing made yet. */
    public HttpDate() {}

    /** The text for a second since 1970. */
    public byte[] at(long epochSecond) {
        if (epochSecond != second) {
            text = format(epochSecond);
            second = epochSecond;
        }
        return text;
    }

    private static byte[] format(long epochSecond) {
        long day = Math.floorDiv(epochSecond, SECONDS_A_DAY);
        int rest = (int) Math.floorMod(epochSecond, (long) SECONDS_A_DAY);
        java.time.LocalDate date = java.time.LocalDate.ofEpochDay(day);
        StringBuilder out = new StringBuilder(29);
        out.append(DAYS[(int) Math.floorMod(day, 7L)]).append(", ");
        two(out, date.getDayOfMonth()).append(' ');
        out.append(MONTHS[date.getMonthValue() - 1])
                .append(' ')
                .append(date.getYear())
                .append(' ');
        two(out, rest / 3600).append(':');
        two(out, rest / 60 % 60).append(':');
        two(out, rest % 60).append(" GMT");
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static StringBuilder two(StringBuilder out, int value) {
        return out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
    }
}
