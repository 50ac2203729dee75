package io.leba.kernel.config;

/** Text of users in messages: on one line, nothing invisible in it. */
final class Shown {
    private static final int LONGEST = 60;

    private Shown() {}

    /** The text with escapes for what cannot be seen. */
    static String text(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n') {
                shown.append("\\n");
            } else if (c == '\t') {
                shown.append("\\t");
            } else if (isVisible(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format("\\u%04x", c));
            }
        });
        return shown.toString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** The same, cut short. */
    static String excerpt(String text) {
        int end =
                text.codePointCount(0, text.length()) <= LONGEST ? text.length() : text.offsetByCodePoints(0, LONGEST);
        return text(text.substring(0, end)) + (end < text.length() ? "…" : "");
    }

    /** Whether a character shows what it is, and ends no line. */
    static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
