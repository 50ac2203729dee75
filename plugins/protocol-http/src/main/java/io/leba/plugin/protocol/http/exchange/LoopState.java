package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.HttpDate;
import io.leba.plugin.protocol.http.h2.Http2Limits;
import io.leba.plugin.protocol.http.h2.Http2Scratch;
import io.leba.plugin.protocol.http.h3.Http3Limits;
import io.leba.plugin.protocol.http.h3.Http3Scratch;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.route.RouteLookup;
import io.leba.spi.protocol.Loop;

/** What the exchanges of one loop share: scratch space, and exchange objects for re-use, so that idle connections are small. */
public final class LoopState {
    private static final int KEPT = 1024;

    /** The loop. */
    public final Loop loop;

    final int index;
    /** For what is composed and sent in one go. */
    public final Bytes scratch = new Bytes(4096);

    final RouteLookup lookup = new RouteLookup();
    private Http2Scratch http2;
    private Http2Scratch http2Backends;
    private RequestFields requestFields;
    private Http3Scratch http3;
    private final HttpDate date = new HttpDate();
    private final Exchange[] free = new Exchange[KEPT];
    private int freeCount;

    LoopState(Loop loop) {
        this.loop = loop;
        this.index = loop.index();
    }

    /** The value of {@code Date}. */
    public byte[] date() {
        return date.at(loop.epochSeconds());
    }

    /** What HTTP/2 connections share. */
    Http2Scratch http2(Http2Limits limits) {
        if (http2 == null) {
            http2 = new Http2Scratch(limits);
        }
        return http2;
    }

    /** What HTTP/2 connections to backends share. */
    Http2Scratch http2Backends(Http2Limits limits) {
        if (http2Backends == null) {
            http2Backends = new Http2Scratch(limits);
        }
        return http2Backends;
    }

    /** For requests' heads to backends that speak HTTP/2. */
    RequestFields requestFields() {
        if (requestFields == null) {
            requestFields = new RequestFields(this);
        }
        return requestFields;
    }

    /** What HTTP/3 connections share. */
    Http3Scratch http3(Http3Limits limits) {
        if (http3 == null) {
            http3 = new Http3Scratch(limits);
        }
        return http3;
    }

    /** An exchange that is not in use. */
    public Exchange take() {
        if (freeCount == 0) {
            return new Exchange(this);
        }
        Exchange exchange = free[--freeCount];
        free[freeCount] = null;
        return exchange;
    }

    void giveBack(Exchange exchange) {
        if (freeCount < KEPT) {
            free[freeCount++] = exchange;
        }
    }
}
