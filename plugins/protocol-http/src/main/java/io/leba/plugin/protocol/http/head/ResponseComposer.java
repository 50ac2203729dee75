package io.leba.plugin.protocol.http.head;

import java.nio.charset.StandardCharsets;

/** Composes the part of a response's head that changes on the way to the client. */
public final class ResponseComposer {
    private static final byte[] VERSION = "HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "Content-Length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ALT_SVC = "Alt-Svc: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATE = "Date: ".getBytes(StandardCharsets.US_ASCII);

    private ResponseComposer() {}

    /** What the response says about the client's connection. */
    public enum Persistence {
        /** Nothing: HTTP/1.1 stays open. */
        SILENT,
        /** {@code Connection: close}. */
        CLOSE,
        /** {@code Connection: keep-alive}, for HTTP/1.0 clients. */
        KEEP_ALIVE,
        /** {@code Connection: upgrade}, with the protocol that it changes to. */
        UPGRADE
    }

    /**
     * Composes.
     *
     * @param date the value of {@code Date} if the backend gave none
     * @param out gets the composed bytes
     * @return the index in the head from which on it is sent as received; 0 if all of it is
     */
    public static int compose(ResponseHead head, Persistence persistence, byte[] date, HeadEdits edits, Bytes out) {
        boolean isFinal = head.status() >= 200;
        boolean addsDate = isFinal && !head.hasDate();
        boolean changesFields = edits != null && edits.changesFields();
        if (head.lastDropped() < 0
                && !addsDate
                && !changesFields
                && !head.isReframed()
                && head.alternative() == null
                && persistence == Persistence.SILENT
                && head.minorVersion() == 1) {
            return 0;
        }
        out.put(VERSION).put(head.a, VERSION.length, head.firstField);
        if (persistence == Persistence.CLOSE) {
            out.put(CLOSE);
        } else if (persistence == Persistence.KEEP_ALIVE) {
            out.put(KEEP_ALIVE);
        } else if (persistence == Persistence.UPGRADE) {
            int field = head.upgradeField();
            out.put(RequestComposer.UPGRADE)
                    .put(head.a, head.valueStart(field), head.valueEnd(field))
                    .crlf();
        }
        if (addsDate) {
            out.put(DATE).put(date).crlf();
        }
        if (isFinal && head.alternative() != null) {
            out.put(ALT_SVC).put(head.alternative()).crlf();
        }
        framing(head, out);
        if (changesFields) {
            edits.compose(head, out);
            return head.end() - 2;
        }
        return RequestComposer.keptFields(head, out);
    }

    private static void framing(ResponseHead head, Bytes out) {
        if (head.status() < 200 || head.status() == 204) {
            return;
        }
        if (head.isReframed()) {
            if (head.sentLength() >= 0) {
                out.put(LENGTH).putDecimal(head.sentLength()).crlf();
            } else if (!head.isUnchunked()) {
                out.put(CHUNKED);
            }
            return;
        }
        int coding = head.codingField();
        if (coding >= 0) {
            if (head.isDropped(coding) && !head.isUnchunked()) {
                out.put(CHUNKED);
            }
        } else if (head.lengthField() >= 0 && head.isDropped(head.lengthField())) {
            out.put(LENGTH).putDecimal(Framing.length(head, head.lengthField())).crlf();
        }
    }
}
