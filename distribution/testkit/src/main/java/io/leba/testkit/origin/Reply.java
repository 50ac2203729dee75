package io.leba.testkit.origin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an origin does with a request. Immutable.
 *
 * @param status the status code
 * @param headers further fields; {@code Content-Length} is written anyway
 * @param body the content
 * @param delay what passes before the first byte
 * @param ending how the answer ends
 * @param sent how many bytes of head and body are sent before an ending that is not {@link Ending#WHOLE}; empty: all
 */
public record Reply(
        int status,
        List<Map.Entry<String, String>> headers,
        byte[] body,
        Duration delay,
        Ending ending,
        Optional<Integer> sent) {
    /** How an answer ends. */
    public enum Ending {
        /** It is whole, and the connection is kept. */
        WHOLE,
        /** The connection is closed in order. */
        CLOSE,
        /** The connection is reset. */
        RESET,
        /** Nothing more comes, and the connection stays open. */
        SILENCE
    }

    /** A plain text. */
    public static Reply text(int status, String text) {
        return new Reply(
                status,
                List.of(Map.entry("Content-Type", "text/plain")),
                text.getBytes(StandardCharsets.UTF_8),
                Duration.ZERO,
                Ending.WHOLE,
                Optional.empty());
    }

    /** No answer: the connection is reset. */
    public static Reply reset() {
        return text(200, "").cut(0, Ending.RESET);
    }

    /** No answer: the connection is closed. */
    public static Reply close() {
        return text(200, "").cut(0, Ending.CLOSE);
    }

    /** No answer, for as long as the client waits. */
    public static Reply silence() {
        return text(200, "").cut(0, Ending.SILENCE);
    }

    /** With a further field. */
    public Reply header(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new Reply(status, List.copyOf(more), body, delay, ending, sent);
    }

    /** After a delay. */
    public Reply after(Duration time) {
        return new Reply(status, headers, body, time, ending, sent);
    }

    /** Only its first bytes, head included, and then an end. */
    public Reply cut(int bytes, Ending how) {
        return new Reply(status, headers, body, delay, how, Optional.of(bytes));
    }

    byte[] bytes(boolean withBody) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Scripted\r\n");
        headers.forEach(field -> head.append(field.getKey())
                .append(": ")
                .append(field.getValue())
                .append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(start, start.length + (withBody ? body.length : 0));
        if (withBody) {
            System.arraycopy(body, 0, all, start.length, body.length);
        }
        return sent.map(count -> java.util.Arrays.copyOf(all, Math.min(count, all.length)))
                .orElse(all);
    }
}
