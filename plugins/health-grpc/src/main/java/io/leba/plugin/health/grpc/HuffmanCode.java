package io.leba.plugin.health.grpc;

/** Reads the Huffman code of RFC 7541 appendix B, bit by bit: the lengths of a canonical code say all of it. */
final class HuffmanCode {
    private static final int LONGEST = 30;
    private static final int END = 256;

    /** For each length of a code, from 5: the symbols that have it, as runs {@code first-last} in the order of their codes. */
    private static final int[][] SYMBOLS = new int[LONGEST + 1][];

    static {
        SYMBOLS[5] = symbols("48-50 97 99 101 105 111 115-116");
        SYMBOLS[6] = symbols("32 37 45-47 51-57 61 65 95 98 100 102-104 108-110 112 114 117");
        SYMBOLS[7] = symbols("58 66-87 89 106-107 113 118-122");
        SYMBOLS[8] = symbols("38 42 44 59 88 90");
        SYMBOLS[10] = symbols("33-34 40-41 63");
        SYMBOLS[11] = symbols("39 43 124");
        SYMBOLS[12] = symbols("35 62");
        SYMBOLS[13] = symbols("0 36 64 91 93 126");
        SYMBOLS[14] = symbols("94 125");
        SYMBOLS[15] = symbols("60 96 123");
        SYMBOLS[19] = symbols("92 195 208");
        SYMBOLS[20] = symbols("128 130-131 162 184 194 224 226");
        SYMBOLS[21] = symbols("153 161 167 172 176-177 179 209 216-217 227 229-230");
        SYMBOLS[22] = symbols(
                "129 132-134 136 146 154 156 160 163-164 169-170 173 178 181 185-187 189-190 196 198 228 232-233");
        SYMBOLS[23] = symbols(
                "1 135 137-141 143 147 149-152 155 157-158 165-166 168 174-175 180 182-183 188 191 197 231 239");
        SYMBOLS[24] = symbols("9 142 144-145 148 159 171 206 215 225 236-237");
        SYMBOLS[25] = symbols("199 207 234-235");
        SYMBOLS[26] = symbols("192-193 200-202 205 210 213 218-219 238 240 242-243 255");
        SYMBOLS[27] = symbols("203-204 211-212 214 221-223 241 244-248 250-254");
        SYMBOLS[28] = symbols("2-8 11-12 14-21 23-31 127 220 249");
        SYMBOLS[30] = symbols("10 13 22 256");
    }

    private HuffmanCode() {}

    private static int[] symbols(String runs) {
        return java.util.Arrays.stream(runs.split(" "))
                .flatMapToInt(run -> {
                    String[] ends = run.split("-");
                    return java.util.stream.IntStream.rangeClosed(
                            Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
                })
                .toArray();
    }

    /** The string; it is malformed if it holds the end's code, or ends in more than seven bits of padding. */
    static String decode(byte[] in, int from, int to) throws MalformedAnswer {
        StringBuilder out = new StringBuilder();
        int bits = 8 * (to - from);
        int at = 0;
        while (at < bits) {
            int begun = at;
            int code = 0;
            int first = 0;
            int symbol = -1;
            for (int length = 1; length <= LONGEST && at < bits && symbol < 0; length++) {
                code = code << 1 | in[from + (at >> 3)] >> 7 - (at & 7) & 1;
                at++;
                first <<= 1;
                int[] ofLength = SYMBOLS[length];
                if (ofLength != null) {
                    if (code - first < ofLength.length) {
                        symbol = ofLength[code - first];
                    }
                    first += ofLength.length;
                }
            }
            if (symbol < 0 && at - begun < 8 && code == (1 << at - begun) - 1) {
                break;
            }
            if (symbol < 0 || symbol == END) {
                throw new MalformedAnswer("malformed header block");
            }
            out.append((char) symbol);
        }
        return out.toString();
    }
}
