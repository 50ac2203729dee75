package io.leba.kernel.config;

/**
 * Line and column of a place in a text, as the YAML parser counts them: in code points, lines ended by any line break of
 * Unicode.
 *
 * @param line from 1
 * @param column from 1
 */
record TextPlace(int line, int column) {
    /** The place behind all of {@code before}. */
    static TextPlace behind(CharSequence before) {
        int line = 1;
        int column = 1;
        int[] points = before.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            boolean isCrLf = points[i] == '\r' && i + 1 < points.length && points[i + 1] == '\n';
            if (isLineBreak(points[i]) && !isCrLf) {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new TextPlace(line, column);
    }

    private static boolean isLineBreak(int c) {
        return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
    }
}
