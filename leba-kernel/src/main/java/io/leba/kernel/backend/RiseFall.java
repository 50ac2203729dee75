package io.leba.kernel.backend;

/** Turns single results into a verdict. The very first result is a verdict by itself. Control thread. */
final class RiseFall {
    private final int rise;
    private final int fall;
    private boolean isJudged;
    private boolean isUp;
    private int series;

    /** No verdict yet. */
    RiseFall(int rise, int fall) {
        this.rise = rise;
        this.fall = fall;
    }

    /** Goes on from an earlier verdict. */
    static RiseFall from(boolean isUp, int rise, int fall) {
        RiseFall state = new RiseFall(rise, fall);
        state.isJudged = true;
        state.isUp = isUp;
        return state;
    }

    /** Takes in a result; whether the verdict is a new one. */
    boolean accept(boolean up) {
        if (!isJudged) {
            isJudged = true;
            isUp = up;
            return true;
        }
        if (up == isUp) {
            series = 0;
            return false;
        }
        series++;
        if (series < (up ? rise : fall)) {
            return false;
        }
        series = 0;
        isUp = up;
        return true;
    }

    /** The verdict. */
    boolean isUp() {
        return isUp;
    }

    /** Whether results speak against the verdict, but not enough of them yet. */
    boolean isChanging() {
        return series > 0;
    }
}
