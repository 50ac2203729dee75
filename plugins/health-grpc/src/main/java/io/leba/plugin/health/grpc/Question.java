package io.leba.plugin.health.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * All that is said in a probe: the preface of HTTP/2 and one whole request on stream 1. Fields are literals that nobody has to
 * remember (RFC 7541 §6.2.2), which every decoder reads.
 */
record Question(boolean isSecure, String authority, String service, Map<String, String> metadata, Duration timeout) {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int ENABLE_PUSH = 2;
    private static final int METHOD_POST = 0x83;
    private static final int SCHEME_HTTP = 0x86;
    private static final int SCHEME_HTTPS = 0x87;
    private static final int NAMED_AUTHORITY = 1;
    private static final int NAMED_PATH = 4;
    private static final long LONGEST_TIMEOUT_MILLIS = 99_999_999;

    /** The bytes, which nobody else has. */
    ByteBuffer bytes() {
        byte[] block = fields();
        byte[] message = message();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(Frames.frame(Frames.SETTINGS, 0, 0, new byte[] {0, ENABLE_PUSH, 0, 0, 0, 0}));
        out.writeBytes(Frames.frame(Frames.HEADERS, Frames.END_HEADERS, 1, block));
        out.writeBytes(Frames.frame(Frames.DATA, Frames.END_STREAM, 1, message));
        return ByteBuffer.wrap(out.toByteArray());
    }

    private byte[] fields() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(METHOD_POST);
        block.write(isSecure ? SCHEME_HTTPS : SCHEME_HTTP);
        block.write(NAMED_PATH);
        text(block, "/grpc.health.v1.Health/Check");
        block.write(NAMED_AUTHORITY);
        text(block, authority);
        field(block, "te", "trailers");
        field(block, "content-type", "application/grpc");
        field(block, "grpc-timeout", Math.min(Math.max(1, timeout.toMillis()), LONGEST_TIMEOUT_MILLIS) + "m");
        if (!metadata.containsKey("user-agent")) {
            field(block, "user-agent", "leba-health");
        }
        metadata.forEach((name, value) -> field(block, name, value));
        return block.toByteArray();
    }

    private static void field(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    /** A string that is not compressed (RFC 7541 §5.2). */
    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int rest = bytes.length;
        if (rest < 127) {
            block.write(rest);
        } else {
            block.write(127);
            varint(block, rest - 127);
        }
        block.writeBytes(bytes);
    }

    /** Seven bits a byte, the lowest first: the integers of header compression as well as those of messages. */
    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 127) {
            out.write(rest & 127 | 128);
            rest >>>= 7;
        }
        out.write(rest);
    }

    /** {@code HealthCheckRequest {string service = 1}}, with gRPC's prefix. */
    private byte[] message() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        if (!service.isEmpty()) {
            byte[] name = service.getBytes(StandardCharsets.UTF_8);
            message.write(1 << 3 | 2);
            varint(message, name.length);
            message.writeBytes(name);
        }
        return ByteBuffer.allocate(5 + message.size())
                .put((byte) 0)
                .putInt(message.size())
                .put(message.toByteArray())
                .array();
    }
}
