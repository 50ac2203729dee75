package io.leba.plugin.filter.headers;

import io.leba.spi.OnLoop;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/** Random numbers in hexadecimal, from a generator of each loop's own. Unique for all that matters, and nothing to keep secret with. */
@OnLoop
final class Ids {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private final SplittableRandom[] randoms;

    Ids(int loops) {
        SecureRandom seeds = new SecureRandom();
        randoms = new SplittableRandom[loops];
        for (int i = 0; i < loops; i++) {
            randoms[i] = new SplittableRandom(seeds.nextLong());
        }
    }

    /** A number of so many digits, a multiple of 16; never zero. */
    String next(int loop, int digits) {
        char[] text = new char[digits];
        for (int at = 0; at < digits; at += 16) {
            long value = randoms[loop].nextLong();
            while (value == 0) {
                value = randoms[loop].nextLong();
            }
            for (int i = 0; i < 16; i++) {
                text[at + i] = DIGITS[(int) (value >>> (60 - 4 * i)) & 15];
            }
        }
        return new String(text);
    }

    /** Whether one is drawn, of which this share are. */
    boolean isDrawn(int loop, double share) {
        return share >= 1 || share > 0 && randoms[loop].nextDouble() < share;
    }
}
