package io.leba.spi.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A whole response made by LEBA or a filter. {@code Content-Length}, {@code Date} and {@code Connection} are written by
 * the engine.
 *
 * @param status 200 to 599
 * @param headers fields in order; names and values must be valid (RFC 9110 §5.1, §5.5), or the engine answers 500
 * @param body the content; not sent for HEAD, 204 and 304
 * @param reason a word for log and metrics that says who answered and why ({@code rate_limited}); empty for none
 */
public record HttpAnswer(int status, List<Map.Entry<String, String>> headers, byte[] body, String reason) {
    /** Nothing of it may be missing; the fields are copied. */
    public HttpAnswer {
        headers = List.copyOf(headers);
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(reason, "reason");
    }

    /** A short plain text. */
    public static HttpAnswer text(int status, String text, String reason) {
        return new HttpAnswer(
                status,
                List.of(Map.entry("content-type", "text/plain; charset=utf-8")),
                text.getBytes(StandardCharsets.UTF_8),
                reason);
    }
}
