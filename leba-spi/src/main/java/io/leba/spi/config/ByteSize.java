package io.leba.spi.config;

/**
 * A number of bytes. Written as an integer with an optional unit: {@code B}, {@code KiB MiB GiB} (powers of 1024),
 * {@code KB MB GB} (powers of 1000).
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "KB", "MB", "GB", "B"};
    private static final long[] FACTORS = {1L << 10, 1L << 20, 1L << 30, 1000L, 1_000_000L, 1_000_000_000L, 1L};

    /** Rejects negative sizes. */
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("must not be negative, got " + bytes);
        }
    }

    /** The size that {@code text} denotes; throws {@link IllegalArgumentException} with what is expected. */
    public static ByteSize parse(String text) {
        String trimmed = text.trim();
        for (int i = 0; i < UNITS.length; i++) {
            String unit = UNITS[i];
            int start = trimmed.length() - unit.length();
            if (start > 0 && trimmed.regionMatches(true, start, unit, 0, unit.length())) {
                return of(trimmed.substring(0, start).trim(), FACTORS[i], text);
            }
        }
        return of(trimmed, 1, text);
    }

    private static ByteSize of(String digits, long factor, String text) {
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(digits), factor));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("must be a size such as 512, 64KiB or 10MiB, got '" + text + "'", e);
        }
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The shortest exact notation. */
    @Override
    public String toString() {
        for (int i = 2; i >= 0; i--) {
            if (bytes != 0 && bytes % FACTORS[i] == 0) {
                return bytes / FACTORS[i] + UNITS[i];
            }
        }
        return Long.toString(bytes);
    }
}
