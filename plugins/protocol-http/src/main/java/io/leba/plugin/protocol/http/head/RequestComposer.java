package io.leba.plugin.protocol.http.head;

import java.nio.charset.StandardCharsets;

/**
 * Composes the part of a request's head that changes on the way to the backend: the start line in origin form and as
 * HTTP/1.1, what LEBA adds right behind it, and the field lines up to the last one that is left out. What comes behind can
 * stay where it was received.
 */
public final class RequestComposer {
    private static final byte[] VERSION = {' ', 'H', 'T', 'T', 'P', '/', '1', '.', '1', '\r', '\n'};
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    /** A field that asks for or tells of another protocol. */
    static final byte[] UPGRADE = ascii("Connection: upgrade\r\nUpgrade: ");

    private static final byte[] MAX_FORWARDS = ascii("Max-Forwards: ");
    private static final byte[] MAX_FORWARDS_NAME = ascii("max-forwards");
    private static final byte[] LENGTH = ascii("Content-Length: ");

    private static final byte[] FOR_NAME = ascii("x-forwarded-for");
    private static final byte[] PROTO_NAME = ascii("x-forwarded-proto");
    private static final byte[] HOST_NAME = ascii("x-forwarded-host");
    private static final byte[] VIA_NAME = ascii("via");
    private static final byte[] FORWARDED_NAME = ascii("forwarded");

    private RequestComposer() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Composes.
     *
     * @param out gets the composed bytes
     * @param edits what filters changed; null: nothing
     * @return the index in the head from which on it is sent as received
     */
    public static int compose(RequestHead head, ForwardStamp stamp, HeadEdits edits, Bytes out) {
        startLine(head, edits, out);
        if (stamp.words != ForwardStamp.Words.X_FORWARDED) {
            forwarded(head, stamp, edits, out);
        }
        if (edits != null && edits.changesFields()) {
            editedStamp(head, stamp, edits, out);
        } else {
            stamp(head, stamp, out);
        }
        host(head, stamp, edits, out);
        framing(head, out);
        if (head.forwardsLeft() > 0 && (edits == null || !edits.decides(MAX_FORWARDS_NAME))) {
            out.put(MAX_FORWARDS).putDecimal(head.forwardsLeft() - 1).crlf();
        }
        if (head.upgrades()) {
            out.put(UPGRADE).put(head.a, head.upgradeStart(), head.upgradeEnd()).crlf();
        }
        if (edits != null && edits.changesFields()) {
            edits.compose(head, out);
            return head.end() - 2;
        }
        return keptFields(head, out);
    }

    /** The field lines up to the last dropped one; returns where the rest starts. */
    static int keptFields(Head head, Bytes out) {
        int last = head.lastDropped();
        if (last < 0) {
            return head.firstField;
        }
        // Lines that follow each other go in one piece.
        int from = head.firstField;
        for (int field = 0; field <= last; field++) {
            if (head.isDropped(field)) {
                int lineStart = head.nameStart(field);
                if (lineStart > from) {
                    out.put(head.a, from, lineStart);
                }
                from = head.fieldEnd(field);
            }
        }
        return from;
    }

    private static void startLine(RequestHead head, HeadEdits edits, Bytes out) {
        RequestLine line = head.line();
        if (edits != null && edits.target() != null) {
            out.put(head.a, 0, line.methodEnd()).put(' ').put(edits.target()).put(VERSION);
        } else if (line.isAbsolute()) {
            out.put(head.a, 0, line.methodEnd()).put(' ');
            if (line.isPathLeftOut()) {
                out.put(line.impliedPath());
            }
            out.put(head.a, line.pathStart(), line.targetEnd()).put(VERSION);
        } else if (head.minorVersion() == 1) {
            out.put(head.a, 0, head.firstField);
        } else {
            out.put(head.a, 0, line.targetEnd()).put(VERSION);
        }
    }

    /** One element more (RFC 7239 §4). */
    private static void forwarded(RequestHead head, ForwardStamp stamp, HeadEdits edits, Bytes out) {
        int first = dropClaims(head, stamp.words);
        if (edits != null && edits.decides(FORWARDED_NAME)) {
            return;
        }
        out.put(ForwardStamp.FORWARDED);
        if (head.isTrusted() && first >= 0 && closesQuotes(head, first)) {
            joined(head, KnownField.FORWARDED, first, out);
        }
        out.put(stamp.element);
        if (head.hasHost()) {
            out.put(ForwardStamp.ITS_HOST)
                    .put(head.a, head.hostStart(), head.hostEnd())
                    .put('"');
        }
        out.crlf();
    }

    /** Whether no element before LEBA's own swallows it. */
    private static boolean closesQuotes(RequestHead head, int first) {
        for (int field = first; field < head.fieldCount(); field++) {
            if (head.id(field) == KnownField.FORWARDED) {
                boolean isQuoted = false;
                for (int i = head.valueStart(field); i < head.valueEnd(field); i++) {
                    if (head.a[i] == '"') {
                        isQuoted = !isQuoted;
                    } else if (head.a[i] == '\\' && isQuoted) {
                        i++;
                    }
                }
                if (isQuoted) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Leaves out every {@code Forwarded}, which is written anew, and what is not wanted beside it: the first {@code Forwarded}, or -1. */
    private static int dropClaims(RequestHead head, ForwardStamp.Words words) {
        int first = -1;
        for (int field = head.fieldCount() - 1; field >= 0; field--) {
            int id = head.id(field);
            if (id == KnownField.FORWARDED) {
                first = field;
                head.drop(field);
            } else if (words == ForwardStamp.Words.RFC7239
                    && id >= KnownField.X_FORWARDED_FOR
                    && id <= KnownField.X_FORWARDED_HOST) {
                head.drop(field);
            }
        }
        return first;
    }

    private static void stamp(RequestHead head, ForwardStamp stamp, Bytes out) {
        if (stamp.words == ForwardStamp.Words.RFC7239) {
            via(head, stamp, out);
            return;
        }
        boolean joins = head.isTrusted() && (head.forwardedFor() >= 0 || head.hasProto());
        if (!joins && head.via() < 0 && head.minorVersion() == 1) {
            out.put(stamp.whole);
        } else {
            forwardedFor(head, stamp, out);
            if (!head.hasProto()) {
                out.put(stamp.proto);
            }
            via(head, stamp, out);
        }
        if (!head.hasForwardedHost() && head.hasHost()) {
            forwardedHost(head, out);
        }
    }

    /** What filters decided about is left to them. */
    private static void editedStamp(RequestHead head, ForwardStamp stamp, HeadEdits edits, Bytes out) {
        boolean saysX = stamp.words != ForwardStamp.Words.RFC7239;
        if (saysX && !edits.decides(FOR_NAME)) {
            forwardedFor(head, stamp, out);
        }
        if (saysX && !head.hasProto() && !edits.decides(PROTO_NAME)) {
            out.put(stamp.proto);
        }
        if (!edits.decides(VIA_NAME)) {
            via(head, stamp, out);
        }
        if (saysX && !head.hasForwardedHost() && head.hasHost() && !edits.decides(HOST_NAME)) {
            forwardedHost(head, out);
        }
    }

    private static void forwardedFor(RequestHead head, ForwardStamp stamp, Bytes out) {
        out.put(ForwardStamp.FORWARDED_FOR);
        if (head.isTrusted() && head.forwardedFor() >= 0) {
            joined(head, KnownField.X_FORWARDED_FOR, head.forwardedFor(), out);
        }
        out.put(stamp.address).crlf();
    }

    private static void forwardedHost(RequestHead head, Bytes out) {
        out.put(ForwardStamp.FORWARDED_HOST)
                .put(head.a, head.hostStart(), head.hostEnd())
                .crlf();
    }

    private static void via(RequestHead head, ForwardStamp stamp, Bytes out) {
        byte[] own = head.minorVersion() == 0 ? stamp.oldVia : stamp.via;
        if (head.via() < 0) {
            if (own.length > 0) {
                out.put(ForwardStamp.VIA).put(own).crlf();
            }
            return;
        }
        out.put(ForwardStamp.VIA);
        int before = out.length();
        joined(head, KnownField.VIA, head.via(), out);
        if (own.length > 0) {
            out.put(own);
        } else if (out.length() > before) {
            out.unput(ForwardStamp.COMMA.length);
        }
        out.crlf();
    }

    /** The values of all fields of a kind, each followed by a comma. */
    private static void joined(RequestHead head, int id, int first, Bytes out) {
        for (int field = first; field < head.fieldCount(); field++) {
            if (head.id(field) == id) {
                int from = head.valueStart(field);
                int to = head.valueEnd(field);
                if (to > from) {
                    out.put(head.a, from, to).put(ForwardStamp.COMMA);
                }
            }
        }
    }

    private static void host(RequestHead head, ForwardStamp stamp, HeadEdits edits, Bytes out) {
        if (edits != null && edits.host() != null) {
            if (head.hostField() >= 0) {
                head.drop(head.hostField());
            }
            out.put(ForwardStamp.HOST).put(edits.host()).crlf();
        } else if (head.hostField() < 0) {
            out.put(ForwardStamp.HOST);
            if (head.line().isAbsolute()) {
                out.put(head.a, head.hostStart(), head.hostEnd());
            } else {
                out.put(stamp.localHost);
            }
            out.crlf();
        }
    }

    /** Framing that was left out, because it is written in another way or says another thing. */
    private static void framing(RequestHead head, Bytes out) {
        boolean isChunked = head.codingField() >= 0 && head.isDropped(head.codingField());
        boolean isCounted = head.lengthField() >= 0 && head.isDropped(head.lengthField());
        if (isChunked || isCounted) {
            if (head.sentLength() == RequestHead.CHUNKED) {
                out.put(CHUNKED);
            } else {
                out.put(LENGTH).putDecimal(head.sentLength()).crlf();
            }
        }
    }
}
