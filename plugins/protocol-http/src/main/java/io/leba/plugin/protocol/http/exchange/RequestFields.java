package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.h2.field.FieldLines;
import io.leba.plugin.protocol.http.h2.hpack.FieldSource;
import io.leba.plugin.protocol.http.h2.hpack.HpackEncoder;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.HeadEdits;
import io.leba.plugin.protocol.http.head.RequestComposer;
import io.leba.plugin.protocol.http.head.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * A request's head as fields of HTTP/2, as LEBA sends it to backends. What is added, left out and changed is decided where HTTP/1 has it
 * decided, in the text. One loop's, for one after the other.
 */
final class RequestFields implements FieldSource {
    private static final byte[] METHOD = ascii(":method");
    private static final byte[] SCHEME = ascii(":scheme");
    private static final byte[] AUTHORITY = ascii(":authority");
    private static final byte[] PATH = ascii(":path");
    private static final byte[] HTTP = ascii("http");
    private static final byte[] HTTPS = ascii("https");
    private static final byte[] TE = ascii("te");
    private static final byte[] TRAILERS = ascii("trailers");

    private final LoopState loop;
    private Exchange exchange;

    RequestFields(LoopState loop) {
        this.loop = loop;
    }

    /** Those of an exchange. */
    RequestFields of(Exchange one) {
        exchange = one;
        return this;
    }

    @Override
    public void writeTo(HpackEncoder encoder) {
        RequestHead head = exchange.request();
        Bytes out = loop.scratch.clear();
        int rest = RequestComposer.compose(head, exchange.client().stamp(), exchange.requestEdits(), out);
        byte[] a = out.array();
        int methodEnd = indexOf(a, ' ', 0);
        int targetEnd = indexOf(a, ' ', methodEnd + 1);
        encoder.field(METHOD, a, 0, methodEnd);
        encoder.field(SCHEME, exchange.target().group().isSecure() ? HTTPS : HTTP);
        authority(head, encoder);
        encoder.field(PATH, a, methodEnd + 1, targetEnd);
        FieldLines.writeRequest(a, indexOf(a, '\n', targetEnd) + 1, out.length(), encoder);
        FieldLines.writeRequest(head.bytes(), rest, head.end(), encoder);
        // LEBA itself takes trailers, and gRPC insists on being told; what the client's own hop says of them ends
        // there.
        if (head.minorVersion() == 1) {
            encoder.field(TE, TRAILERS);
        }
    }

    private void authority(RequestHead head, HpackEncoder encoder) {
        HeadEdits edits = exchange.requestEdits();
        if (edits != null && edits.host() != null) {
            encoder.field(AUTHORITY, edits.host());
        } else if (head.hasHost()) {
            encoder.field(AUTHORITY, head.bytes(), head.hostStart(), head.hostEnd());
        } else {
            encoder.field(AUTHORITY, exchange.client().stamp().localHost());
        }
    }

    private static int indexOf(byte[] a, char c, int from) {
        int i = from;
        while (a[i] != c) {
            i++;
        }
        return i;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
