package io.leba.plugin.health.http;

/**
 * A text that may be looked at a bounded number of times, so that an expression that backtracks without end cannot hold up the
 * loop that it runs on.
 */
final class MeteredText implements CharSequence {
    /** Some ten milliseconds of matching. */
    static final int LOOKS = 2_000_000;

    private final String text;
    private int looksLeft = LOOKS;

    /** The budget is spent. */
    static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exhausted() {
            super("", null, false, false);
        }
    }

    MeteredText(String text) {
        this.text = text;
    }

    @Override
    public char charAt(int index) {
        if (--looksLeft < 0) {
            throw new Exhausted();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
