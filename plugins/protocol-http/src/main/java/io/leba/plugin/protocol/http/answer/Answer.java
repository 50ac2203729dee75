package io.leba.plugin.protocol.http.answer;

import io.leba.plugin.protocol.http.head.Method;
import io.leba.plugin.protocol.http.head.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** LEBA's own answers: small, plain, and made once. */
public final class Answer {
    /** The methods that are served, in answers of status 405. */
    public static final String ALLOWED = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    private static final byte[] CLOSE = ascii("Connection: close\r\n\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n\r\n");
    private static final byte[] END = ascii("\r\n");
    private static final Map<Reason, Prepared> PREPARED = new EnumMap<>(Reason.class);

    private record Prepared(byte[] head, byte[] body) {}

    static {
        for (Reason reason : Reason.values()) {
            if (reason.status() > 0) {
                PREPARED.put(reason, prepare(reason));
            }
        }
    }

    private Answer() {}

    private static Prepared prepare(Reason reason) {
        String phrase = StatusPhrase.of(reason.status());
        byte[] body = ascii(reason.status() + " " + phrase + ": " + reason.word() + "\n");
        String head = "HTTP/1.1 " + reason.status() + " " + phrase + "\r\nContent-Type: text/plain\r\nContent-Length: "
                + body.length + "\r\n"
                + (reason.status() == 405 ? "Allow: " + ALLOWED + "\r\n" : "")
                + "Date: ";
        return new Prepared(ascii(head), body);
    }

    /**
     * The answer to a request that is refused.
     *
     * @param stays whether the connection stays open
     * @param date the value of {@code Date}
     */
    public static ByteBuf refusal(
            ByteBufAllocator allocator, Reason reason, RequestHead request, boolean stays, byte[] date) {
        Prepared answer = PREPARED.get(reason);
        byte[] persistence = !stays ? CLOSE : request.minorVersion() == 0 ? KEEP_ALIVE : END;
        ByteBuf out = allocator.directBuffer(
                answer.head.length + date.length + END.length + persistence.length + answer.body.length);
        out.writeBytes(answer.head).writeBytes(date).writeBytes(END).writeBytes(persistence);
        if (request.method() != Method.HEAD) {
            out.writeBytes(answer.body);
        }
        return out;
    }

    /** The body of the answer to a request that is refused. */
    public static byte[] body(Reason reason) {
        return PREPARED.get(reason).body;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
