package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.Bytes;
import io.leba.spi.http.HttpBodyFilter;
import io.leba.spi.http.HttpExchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Takes the pieces of one body through the filters that want it, each getting what the one before it gave. */
final class BodyRun implements Consumer<ByteBuffer> {
    private final boolean isRequest;
    private final ByteBufAllocator allocator;
    private HttpBodyFilter[] filters = new HttpBodyFilter[2];
    private int count;
    private ByteBuf piece;
    private ByteBuffer part;
    private ByteBuf collected;
    private boolean passesPart;
    private final TrailerView view = new TrailerView();
    private Bytes trailers;

    BodyRun(boolean isRequest, ByteBufAllocator allocator) {
        this.isRequest = isRequest;
        this.allocator = allocator;
    }

    void clear() {
        Arrays.fill(filters, 0, count, null);
        count = 0;
        trailers = null;
    }

    /** Adds the next filter in order. */
    void add(HttpBodyFilter filter) {
        if (count == filters.length) {
            filters = Arrays.copyOf(filters, 2 * count);
        }
        filters[count++] = filter;
    }

    /** Whether no filter wants the body. */
    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Takes a piece through.
     *
     * @param given given away; null: empty
     * @param behind the trailers, if it is the last one; null: none
     * @return what goes on instead, possibly the same buffer, possibly empty; an exception of a filter leaves nothing behind
     */
    ByteBuf run(HttpExchange exchange, ByteBuf given, boolean isLast, Bytes behind) {
        piece = given == null ? Unpooled.EMPTY_BUFFER : given;
        trailers = behind;
        for (int i = 0; i < count && (isLast || piece.isReadable()); i++) {
            boolean isDone = false;
            try {
                part = piece.nioBuffer().asReadOnlyBuffer();
                filters[i].onBody(exchange, isRequest, part, isLast, this);
                if (isLast && !filters[i].onTrailers(exchange, isRequest, view.show(trailers), this)) {
                    trailers = null;
                }
                isDone = true;
            } finally {
                part = null;
                next(isDone);
            }
        }
        ByteBuf result = piece;
        piece = null;
        return result;
    }

    /** The trailers that go on behind a last piece that has been taken through; null: none. */
    Bytes trailers() {
        return trailers;
    }

    /** What a filter gave is the piece for the next one; nothing, if it threw. */
    private void next(boolean isDone) {
        ByteBuf given = collected;
        collected = null;
        boolean isSame = isDone && passesPart;
        passesPart = false;
        if (isSame) {
            return;
        }
        piece.release();
        piece = given == null ? Unpooled.EMPTY_BUFFER : given;
        if (!isDone) {
            piece.release();
            piece = null;
        }
    }

    @Override
    public void accept(ByteBuffer given) {
        if (part == null) {
            throw new IllegalStateException("a filter gave a piece of a body when it was not asked for one");
        }
        boolean isWhole = given == part && given.remaining() == piece.readableBytes();
        if (isWhole && collected == null && !passesPart) {
            passesPart = true;
            return;
        }
        if (collected == null) {
            collected = allocator.directBuffer(given.remaining() + (passesPart ? piece.readableBytes() : 0));
        }
        if (passesPart) {
            passesPart = false;
            collected.writeBytes(piece, piece.readerIndex(), piece.readableBytes());
        }
        collected.writeBytes(given);
    }
}
