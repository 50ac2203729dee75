package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.field.Priority;

/** The streams that can send: the most urgent first (RFC 9218 §10), and in turn among equals. One connection's. */
final class Schedule {
    private final Http2Stream[] first = new Http2Stream[Priority.LEVELS];
    private final Http2Stream[] last = new Http2Stream[Priority.LEVELS];
    private int levels;

    boolean isEmpty() {
        return levels == 0;
    }

    /** Lets a stream send when its turn comes; nothing happens if it is waiting already. */
    void add(Http2Stream stream) {
        if (stream.isScheduled) {
            return;
        }
        int level = stream.urgency;
        stream.isScheduled = true;
        stream.scheduledLevel = level;
        stream.nextScheduled = null;
        if (first[level] == null) {
            first[level] = stream;
            levels |= 1 << level;
        } else {
            last[level].nextScheduled = stream;
        }
        last[level] = stream;
    }

    /** Takes the stream whose turn it is, or null. */
    Http2Stream next() {
        if (levels == 0) {
            return null;
        }
        int level = Integer.numberOfTrailingZeros(levels);
        Http2Stream stream = first[level];
        remove(stream, null);
        return stream;
    }

    /** Takes a stream out. */
    void remove(Http2Stream stream) {
        if (!stream.isScheduled) {
            return;
        }
        Http2Stream before = null;
        Http2Stream i = first[stream.scheduledLevel];
        while (i != stream) {
            before = i;
            i = i.nextScheduled;
        }
        remove(stream, before);
    }

    private void remove(Http2Stream stream, Http2Stream before) {
        int level = stream.scheduledLevel;
        if (before == null) {
            first[level] = stream.nextScheduled;
        } else {
            before.nextScheduled = stream.nextScheduled;
        }
        if (last[level] == stream) {
            last[level] = before;
        }
        if (first[level] == null) {
            levels &= ~(1 << level);
        }
        stream.isScheduled = false;
        stream.nextScheduled = null;
    }
}
