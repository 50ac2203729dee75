package io.leba.plugin.protocol.http.retry;

/**
 * What one loop may send again at a time: a part of what is under way with the group, and a floor. When backends fail because
 * there is too much to do, second tries must not double it. Its loop's alone.
 */
public final class RetryBudget {
    private final int percent;
    private final int floor;
    private int active;
    private int retrying;

    RetryBudget(int percent, int floor) {
        this.percent = percent;
        this.floor = floor;
    }

    /** A request begins. */
    public void begin() {
        active++;
    }

    /** Whether one more may be sent again, which is then counted until its {@link #end}. */
    public boolean take() {
        if (retrying >= Math.max(floor, (long) active * percent / 100)) {
            return false;
        }
        retrying++;
        return true;
    }

    /** A request is over. {@code wasRetried}: it has taken of the budget. */
    public void end(boolean wasRetried) {
        active--;
        retrying -= wasRetried ? 1 : 0;
    }

    int active() {
        return active;
    }
}
