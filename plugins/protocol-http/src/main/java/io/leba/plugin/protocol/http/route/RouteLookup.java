package io.leba.plugin.protocol.http.route;

import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.plugin.protocol.http.head.RequestLine;

/** A request as routes look at it. One object a loop, used again and again. */
public final class RouteLookup {
    private RequestHead head;
    private byte[] scratch = new byte[256];
    private byte[] path;
    private int pathStart;
    private int pathEnd;

    /** Looks at nothing yet. */
    public RouteLookup() {}

    /** Looks at a request. */
    RouteLookup of(RequestHead request) {
        head = request;
        path = request.bytes();
        RequestLine line = request.line();
        pathStart = line.pathStart();
        pathEnd = line.pathEnd();
        if (line.isPathLeftOut()) {
            scratch[0] = (byte) line.impliedPath();
            path = scratch;
            pathStart = 0;
            pathEnd = 1;
        } else if (line.hasEscapes()) {
            if (scratch.length < pathEnd - pathStart) {
                scratch = new byte[Math.max(pathEnd - pathStart, 2 * scratch.length)];
            }
            pathEnd = PathForm.canonical(path, pathStart, pathEnd, scratch);
            pathStart = 0;
            path = scratch;
        }
        return this;
    }

    RequestHead head() {
        return head;
    }

    byte[] path() {
        return path;
    }

    int pathStart() {
        return pathStart;
    }

    int pathEnd() {
        return pathEnd;
    }
}
