package io.leba.plugin.protocol.http.h3;

import io.leba.plugin.protocol.http.h2.field.RequestText;
import io.leba.plugin.protocol.http.h2.field.TrailerText;
import io.leba.plugin.protocol.http.h3.qpack.QpackDecoder;
import io.leba.plugin.protocol.http.h3.qpack.QpackEncoder;
import io.leba.plugin.protocol.http.head.Bytes;

/** Room that the connections of a loop share, because each needs it for the length of a call only. */
public final class Http3Scratch {
    final Bytes head = new Bytes(2048);
    final RequestText request;
    final TrailerText trailers = new TrailerText();
    final QpackDecoder decoder = new QpackDecoder();
    /** Encodes field sections. */
    public final QpackEncoder encoder = new QpackEncoder();
    /** For what is composed and sent in one go. */
    public final Bytes block = new Bytes(1024);

    /** Room for connections with these limits. */
    public Http3Scratch(Http3Limits limits) {
        request = new RequestText(limits.headBytes(), limits.headFields());
    }
}
