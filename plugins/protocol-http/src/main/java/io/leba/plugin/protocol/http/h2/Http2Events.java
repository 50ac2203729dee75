package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.head.Bytes;

/** What happens to a connection. Called on the loop. */
public interface Http2Events {
    /**
     * A request has come.
     *
     * @param head as HTTP/1.1 text that is valid until the call returns
     * @param isEnded whether that is all of it
     * @return who serves it
     */
    Http2Consumer request(Http2Stream stream, Bytes head, boolean isEnded);

    /** A stream or the connection ends before its time; once for each. */
    void fault(Fault fault);

    /** The connection is at its end: it is to be closed when what was written is sent. */
    void finished();

    /** For the end that opens streams: whether, or how many, can be opened has changed. */
    void changed();
}
