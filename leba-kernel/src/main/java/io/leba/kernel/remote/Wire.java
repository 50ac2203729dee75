package io.leba.kernel.remote;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of JSON on a socket. */
final class Wire {
    /** A line that is longer is refused. */
    static final int MAX_BYTES = 32 << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper().registerModule(optionals());

    private Wire() {}

    private static SimpleModule optionals() {
        JsonSerializer<Optional<?>> asValueOrNull = new JsonSerializer<>() {
            @Override
            public void serialize(Optional<?> value, JsonGenerator out, SerializerProvider provider)
                    throws IOException {
                out.writePOJO(value.orElse(null));
            }
        };
        @SuppressWarnings("unchecked")
        Class<Optional<?>> type = (Class<Optional<?>>) (Class<?>) Optional.class;
        return new SimpleModule().addSerializer(type, asValueOrNull);
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    static <T> T read(JsonNode tree, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static void write(SocketChannel channel, JsonNode document) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap((MAPPER.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** @throws EOFException if the peer closes before a whole line came */
    static JsonNode read(SocketChannel channel) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(8192);
        while (channel.read(part) >= 0) {
            part.flip();
            while (part.hasRemaining()) {
                byte next = part.get();
                if (next == '\n') {
                    return MAPPER.readTree(line.toByteArray());
                }
                line.write(next);
            }
            if (line.size() > MAX_BYTES) {
                throw new IOException("a line of more than " + MAX_BYTES + " bytes");
            }
            part.clear();
        }
        throw new EOFException("the connection was closed before an answer came");
    }
}
