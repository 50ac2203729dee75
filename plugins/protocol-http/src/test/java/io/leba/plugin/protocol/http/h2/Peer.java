package io.leba.plugin.protocol.http.h2;

import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import io.leba.plugin.protocol.http.h2.frame.FrameOutput;
import io.leba.plugin.protocol.http.head.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** An end of a connection without a channel: what it writes stays here until it is fetched. */
final class Peer implements FrameOutput, Http2Events {
    static final Http2Limits LIMITS =
            new Http2Limits(100, 65_535, 1 << 20, 32 << 10, 100, 256 << 10, 10_000_000_000L, 30_000_000_000L);

    final List<Call> calls = new ArrayList<>();
    final List<Fault> faults = new ArrayList<>();
    final ByteBuf written = Unpooled.buffer();
    final Http2Connection connection;
    Consumer<Call> onRequest = call -> {};
    boolean isWritable = true;
    boolean isFinished;
    boolean takesAtOnce = true;
    long nanos = 1;
    long unsent;

    /** A stream as seen by who serves it. */
    final class Call implements Http2Consumer {
        final List<String> heads = new ArrayList<>();
        final StringBuilder body = new StringBuilder();
        Http2Stream stream;
        String trailers;
        Fault fault;
        boolean isEnded;
        int writables;
        Runnable onEnd = () -> {};

        @Override
        public void head(Bytes text, boolean isLast) {
            heads.add(string(text));
            isEnded |= isLast;
            if (isLast) {
                onEnd.run();
            }
        }

        @Override
        public void data(ByteBuf piece, boolean isLast) {
            int count = piece.readableBytes();
            body.append(piece.toString(StandardCharsets.ISO_8859_1));
            piece.release();
            if (takesAtOnce) {
                stream.taken(count);
            }
            if (isLast) {
                ended(null);
            }
        }

        @Override
        public void ended(Bytes lines) {
            trailers = lines == null ? null : string(lines);
            isEnded = true;
            onEnd.run();
        }

        @Override
        public void reset(Fault why) {
            fault = why;
        }

        @Override
        public void writable() {
            writables++;
        }

        void respond(int status, String body, String trailers) {
            stream.sendHead(e -> e.status(status), body.isEmpty() && trailers == null);
            if (!body.isEmpty()) {
                stream.send(buf(body), trailers == null);
            }
            if (trailers != null) {
                stream.end(trailers.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }

    Peer(Role role, Http2Limits limits) {
        connection = new Http2Connection(role, limits, new Http2Scratch(limits), this, this);
    }

    static Peer server() {
        return new Peer(Role.SERVER, LIMITS);
    }

    static String string(Bytes text) {
        return new String(text.array(), 0, text.length(), StandardCharsets.ISO_8859_1);
    }

    static ByteBuf buf(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Call call(Http2Stream stream) {
        Call call = new Call();
        call.stream = stream;
        calls.add(call);
        return call;
    }

    /** Makes a request, as a client. */
    Call ask(String method, String path, boolean isLast, String... fields) {
        Call call = new Call();
        calls.add(call);
        call.stream = connection.open(
                call,
                e -> {
                    field(e, ":method", method);
                    field(e, ":scheme", "http");
                    field(e, ":authority", "a.example");
                    field(e, ":path", path);
                    for (int i = 0; i < fields.length; i += 2) {
                        field(e, fields[i], fields[i + 1]);
                    }
                },
                method.equals("HEAD"),
                isLast);
        return call;
    }

    static void field(io.leba.plugin.protocol.http.h2.hpack.HpackEncoder encoder, String name, String value) {
        encoder.field(name.getBytes(StandardCharsets.US_ASCII), value.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Takes what was written. */
    byte[] fetch() {
        connection.flush();
        byte[] bytes = new byte[written.readableBytes()];
        written.readBytes(bytes).discardReadBytes();
        return bytes;
    }

    /** Gives bytes in pieces of a size. */
    void give(byte[] bytes, int step) {
        for (int i = 0; i < bytes.length; i += step) {
            int count = Math.min(step, bytes.length - i);
            // Tracking a buffer for each byte would take minutes.
            ByteBuf piece = step < 100
                    ? Unpooled.wrappedBuffer(bytes, i, count)
                    : PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes, i, count);
            try {
                connection.receive(piece);
            } finally {
                piece.release();
            }
        }
    }

    void give(byte[] bytes) {
        give(bytes, Math.max(1, bytes.length));
    }

    /** Lets two ends talk until neither has anything to say. */
    static void talk(Peer a, Peer b, int step) {
        byte[] fromA = a.fetch();
        byte[] fromB = b.fetch();
        while (fromA.length + fromB.length > 0) {
            b.give(fromA, step);
            a.give(fromB, step);
            fromA = a.fetch();
            fromB = b.fetch();
        }
    }

    void close() {
        connection.closed();
        written.release();
    }

    @Override
    public Http2Consumer request(Http2Stream stream, Bytes head, boolean isEnded) {
        Call call = call(stream);
        call.heads.add(string(head));
        call.isEnded = isEnded;
        stream.consumer = call;
        onRequest.accept(call);
        return call;
    }

    @Override
    public void fault(Fault fault) {
        faults.add(fault);
    }

    @Override
    public void finished() {
        isFinished = true;
    }

    @Override
    public void changed() {}

    @Override
    public ByteBufAllocator allocator() {
        return PooledByteBufAllocator.DEFAULT;
    }

    @Override
    public boolean isWritable() {
        return isWritable;
    }

    @Override
    public void write(ByteBuf buf) {
        written.writeBytes(buf);
        buf.release();
    }

    @Override
    public void flush() {}

    @Override
    public void flushLater() {}

    @Override
    public long unsent() {
        return unsent;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /** The code of the last GOAWAY or RST_STREAM among frames, or null. */
    static ErrorCode lastError(List<Frames.Frame> frames) {
        ErrorCode code = null;
        for (Frames.Frame frame : frames) {
            if (frame.type() == 3 || frame.type() == 7) {
                code = ErrorCode.of((int) frame.number(frame.payload().length >= 8 ? 4 : 0));
            }
        }
        return code;
    }
}
