package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.field.RequestText;
import io.leba.plugin.protocol.http.h2.field.ResponseText;
import io.leba.plugin.protocol.http.h2.field.TrailerText;
import io.leba.plugin.protocol.http.h2.frame.FrameType;
import io.leba.plugin.protocol.http.head.Bytes;

/** Room that the connections of a loop share, because each needs it for the length of a call only. */
public final class Http2Scratch {
    final byte[] payload = new byte[FrameType.LARGEST];
    final Bytes head = new Bytes(2048);
    final Bytes block = new Bytes(1024);
    final RequestText request;
    final ResponseText response;
    final TrailerText trailers = new TrailerText();

    /** Room for connections with these limits. */
    public Http2Scratch(Http2Limits limits) {
        request = new RequestText(limits.headBytes(), limits.headFields());
        response = new ResponseText(limits.headBytes());
    }
}
