package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.StatusPhrase;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.FieldLine;
import io.leba.plugin.protocol.http.head.HeadText;
import io.leba.spi.http.HttpAnswer;
import java.util.Map;

/**
 * Writes a filter's answer as a head, which is then scanned like a backend's. Fields are checked one by one before: the end of
 * a line in a value would make two valid fields of one.
 */
final class AnswerHead {
    private AnswerHead() {}

    /** Writes it; throws {@link IllegalArgumentException} if a field is not valid. */
    static Bytes of(HttpAnswer answer, Bytes out) {
        out.put("HTTP/1.1 ").putDecimal(Math.max(0, answer.status())).put(' ');
        out.put(StatusPhrase.of(answer.status())).crlf();
        for (Map.Entry<String, String> field : answer.headers()) {
            if (!FieldLine.isWrittenByEngine(field.getKey())) {
                HeadText.requireField(field.getKey(), field.getValue());
                out.put(field.getKey()).put(": ").put(field.getValue()).crlf();
            }
        }
        return out.put("Content-Length: ")
                .putDecimal(answer.body().length)
                .crlf()
                .crlf();
    }
}
