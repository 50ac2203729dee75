package io.leba.plugin.protocol.http.exchange;

import io.leba.spi.protocol.Loop;

/** Bounds the time that a whole request may take to come, if the configuration does. Made with the first request that is bounded. */
final class RequestDeadline {
    private final Loop loop;
    private final long millis;
    private final Runnable onExpired;
    private Loop.Deadline deadline;

    /** @param millis 0: no bound */
    RequestDeadline(Loop loop, long millis, Runnable onExpired) {
        this.loop = loop;
        this.millis = millis;
        this.onExpired = onExpired;
    }

    /** A request has begun. */
    void arm() {
        if (millis > 0) {
            if (deadline == null) {
                deadline = loop.deadline(onExpired);
            }
            deadline.arm(millis);
        }
    }

    /** It has come, or is not waited for any more. */
    void disarm() {
        if (deadline != null) {
            deadline.disarm();
        }
    }

    void close() {
        if (deadline != null) {
            deadline.close();
        }
    }
}
