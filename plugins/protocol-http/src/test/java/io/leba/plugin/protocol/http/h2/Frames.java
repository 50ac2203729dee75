package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.frame.FrameReader;
import io.leba.plugin.protocol.http.h2.hpack.HpackEncoder;
import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Frames by hand: sound and unsound ones. */
final class Frames {
    private final ByteBuf out = Unpooled.buffer();
    private final HpackEncoder encoder = new HpackEncoder();

    /** A frame that was read. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        long number(int at) {
            return FrameReader.number(payload, at) & 0xffffffffL;
        }
    }

    /** Begins with the preface and empty settings. */
    static Frames client() {
        Frames frames = new Frames();
        frames.out.writeBytes(Http2Connection.preface());
        return frames.frame(4, 0, 0).frame(4, 1, 0);
    }

    static Frames none() {
        return new Frames();
    }

    Frames frame(int type, int flags, int stream, byte... payload) {
        out.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
        out.writeBytes(payload);
        return this;
    }

    Frames raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] block(String... fields) {
        Bytes block = new Bytes(64);
        encoder.begin(block);
        for (String field : fields) {
            int colon = field.indexOf(": ");
            encoder.field(
                    field.substring(0, colon).getBytes(StandardCharsets.ISO_8859_1),
                    field.substring(colon + 2).getBytes(StandardCharsets.ISO_8859_1));
        }
        return java.util.Arrays.copyOf(block.array(), block.length());
    }

    static String[] get(String... more) {
        List<String> all =
                new ArrayList<>(List.of(":method: GET", ":scheme: http", ":authority: a.example", ":path: /x"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    static String[] post(String... more) {
        String[] all = get(more);
        all[0] = ":method: POST";
        return all;
    }

    /** HEADERS that are whole; with END_STREAM. */
    Frames request(int stream, String... fields) {
        return frame(1, 5, stream, block(fields));
    }

    /** HEADERS that are whole; data follows. */
    Frames open(int stream, String... fields) {
        return frame(1, 4, stream, block(fields));
    }

    Frames data(int stream, boolean isLast, String text) {
        return frame(0, isLast ? 1 : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static byte[] number(long value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    byte[] bytes() {
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes).discardReadBytes();
        return bytes;
    }

    static List<Frame> read(byte[] bytes) {
        List<Frame> frames = new ArrayList<>();
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        while (in.isReadable()) {
            byte[] payload = new byte[in.readUnsignedMedium()];
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            in.readBytes(payload);
            frames.add(new Frame(type, flags, stream, payload));
        }
        return frames;
    }
}
