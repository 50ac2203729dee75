package io.leba.plugin.health.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a gRPC backend says, frame by frame, as text of one byte a character. */
final class ScriptedBackend {
    static final String SETTINGS = frame(Frames.SETTINGS, 0, 0, "\0\3\0\0\0\144");
    static final String OK_HEAD = fields(0, ":status", "200", "content-type", "application/grpc");
    static final String OK_END = fields(Frames.END_STREAM, "grpc-status", "0");
    static final String SERVING = SETTINGS + OK_HEAD + message(1) + OK_END;
    static final String NOT_SERVING = SETTINGS + OK_HEAD + message(2) + OK_END;

    private ScriptedBackend() {}

    static String frame(int type, int flags, int stream, String payload) {
        return text(Frames.frame(type, flags, stream, payload.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** A header block on stream 1 with literal fields. */
    static String fields(int flags, String... namesAndValues) {
        return frame(Frames.HEADERS, Frames.END_HEADERS | flags, 1, block(namesAndValues));
    }

    static String block(String... namesAndValues) {
        StringBuilder block = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.append('\0')
                    .append((char) namesAndValues[i].length())
                    .append(namesAndValues[i])
                    .append((char) namesAndValues[i + 1].length())
                    .append(namesAndValues[i + 1]);
        }
        return block.toString();
    }

    /** A message with a status. */
    static String message(int status) {
        return data(0, status == 0 ? new byte[0] : new byte[] {8, (byte) status});
    }

    static String data(int flags, byte[] message) {
        ByteBuffer framed = ByteBuffer.allocate(5 + message.length);
        framed.put((byte) 0).putInt(message.length).put(message);
        return frame(Frames.DATA, flags, 1, text(framed.array()));
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static String hex(String digits) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String plain = digits.replace(" ", "");
        for (int i = 0; i < plain.length(); i += 2) {
            out.write(Integer.parseInt(plain.substring(i, i + 2), 16));
        }
        return text(out.toByteArray());
    }
}
