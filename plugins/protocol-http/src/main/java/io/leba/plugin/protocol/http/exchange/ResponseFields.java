package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.Answer;
import io.leba.plugin.protocol.http.answer.Reason;
import io.leba.plugin.protocol.http.h2.field.FieldLines;
import io.leba.plugin.protocol.http.h2.hpack.FieldSource;
import io.leba.plugin.protocol.http.h2.hpack.FieldWriter;
import io.leba.plugin.protocol.http.h2.hpack.HpackEncoder;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.HeadEdits;
import io.leba.plugin.protocol.http.head.KnownField;
import io.leba.plugin.protocol.http.head.ResponseComposer;
import io.leba.plugin.protocol.http.head.ResponseComposer.Persistence;
import io.leba.plugin.protocol.http.head.ResponseHead;
import java.nio.charset.StandardCharsets;

/** A response's head as fields of HTTP/2 or 3: a backend's with what filters changed, or LEBA's own. One loop's, for one after the other. */
final class ResponseFields implements FieldSource {
    private static final byte[] DATE = ascii("date");
    private static final byte[] ALLOW = ascii("allow");
    private static final byte[] ALLOWED = ascii(Answer.ALLOWED);
    private static final byte[] CONTENT_TYPE = ascii("content-type");
    private static final byte[] TEXT = ascii("text/plain");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");

    private static final byte[] ALT_SVC = ascii("alt-svc");

    private final LoopState loop;
    private final byte[] alternative;
    private ResponseHead head;
    private HeadEdits edits;
    private Reason refusal;

    /** @param alternative the value of {@code alt-svc} (RFC 7838); null: none */
    ResponseFields(LoopState loop, byte[] alternative) {
        this.loop = loop;
        this.alternative = alternative;
    }

    /** A backend's, or a filter's. */
    ResponseFields of(ResponseHead responseHead, HeadEdits changes) {
        head = responseHead;
        edits = changes;
        refusal = null;
        return this;
    }

    /** LEBA's own. */
    ResponseFields of(Reason reason) {
        refusal = reason;
        return this;
    }

    @Override
    public void writeTo(HpackEncoder encoder) {
        write(encoder);
    }

    /** Writes them all. */
    void write(FieldWriter encoder) {
        if (refusal != null) {
            writeRefusal(encoder);
            return;
        }
        encoder.status(head.status());
        if (alternative != null && head.status() >= 200) {
            encoder.field(ALT_SVC, alternative);
        }
        byte[] date = head.status() >= 200 && !head.hasDate() ? loop.date() : null;
        if (edits != null && edits.changesFields() || isLengthChanged()) {
            writeComposed(encoder, date);
            return;
        }
        byte[] a = head.bytes();
        for (int field = 0; field < head.fieldCount(); field++) {
            int id = head.id(field);
            boolean isKept = !head.isDropped(field) && id != KnownField.TRANSFER_ENCODING && id != KnownField.UPGRADE;
            if (isKept) {
                encoder.field(
                        a, head.nameStart(field), head.nameEnd(field), head.valueStart(field), head.valueEnd(field));
            }
        }
        if (date != null) {
            encoder.field(DATE, date);
        }
    }

    /** Whether another length is announced than came, or the same in another way. */
    private boolean isLengthChanged() {
        if (head.sentLength() != head.contentLength()) {
            return true;
        }
        for (int field = 0; field < head.fieldCount(); field++) {
            if (head.id(field) == KnownField.CONTENT_LENGTH && head.isDropped(field)) {
                return true;
            }
        }
        return false;
    }

    /** What filters changed is applied where HTTP/1 applies it: to the text. */
    private void writeComposed(FieldWriter encoder, byte[] date) {
        Bytes out = loop.scratch.clear();
        int rest = ResponseComposer.compose(head, Persistence.SILENT, date, edits, out);
        int from = 0;
        while (from < out.length() && out.array()[from] != '\n') {
            from++;
        }
        FieldLines.write(out.array(), from + 1, out.length(), encoder);
        FieldLines.write(head.bytes(), rest, head.end(), encoder);
    }

    private void writeRefusal(FieldWriter encoder) {
        encoder.status(refusal.status());
        encoder.field(CONTENT_TYPE, TEXT);
        encoder.field(CONTENT_LENGTH, ascii(Integer.toString(Answer.body(refusal).length)));
        if (refusal.status() == 405) {
            encoder.field(ALLOW, ALLOWED);
        }
        encoder.field(DATE, loop.date());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
