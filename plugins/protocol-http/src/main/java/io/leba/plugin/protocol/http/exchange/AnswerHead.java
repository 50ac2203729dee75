package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.answer.StatusPhrase;
import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.plugin.protocol.http.head.FieldLine;
import io.leba.spi.http.HttpAnswer;
import java.util.Map;

/** Writes a filter's answer as a head, which is then scanned like a backend's: one path for both, and nothing invalid passes. */
final class AnswerHead {
    private AnswerHead() {}

    static Bytes of(HttpAnswer answer, Bytes out) {
        out.put("HTTP/1.1 ").putDecimal(Math.max(0, answer.status())).put(' ');
        out.put(StatusPhrase.of(answer.status())).crlf();
        for (Map.Entry<String, String> field : answer.headers()) {
            if (!FieldLine.isWrittenByEngine(field.getKey())) {
                out.put(field.getKey()).put(": ").put(field.getValue()).crlf();
            }
        }
        return out.put("Content-Length: ")
                .putDecimal(answer.body().length)
                .crlf()
                .crlf();
    }
}
