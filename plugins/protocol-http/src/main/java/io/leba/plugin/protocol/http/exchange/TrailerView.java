package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.spi.http.HttpTrailers;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** Trailers as filters see them: valid lines with an empty one behind them, or nothing. */
final class TrailerView implements HttpTrailers {
    private Bytes lines;

    TrailerView show(Bytes shown) {
        lines = shown;
        return this;
    }

    @Override
    public boolean isEmpty() {
        return lines == null;
    }

    @Override
    public void forEach(BiConsumer<String, String> consumer) {
        if (lines == null) {
            return;
        }
        String text = new String(lines.array(), 0, lines.length(), StandardCharsets.ISO_8859_1);
        int from = 0;
        for (int to = text.indexOf("\r\n"); to > from; to = text.indexOf("\r\n", from)) {
            int colon = text.indexOf(':', from);
            consumer.accept(
                    text.substring(from, colon), text.substring(colon + 1, to).strip());
            from = to + 2;
        }
    }
}
