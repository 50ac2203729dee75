package io.leba.plugin.protocol.http.body;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where frames begin and end, however they are cut. */
class WebSocketFramesTest {
    private final WebSocketFrames frames = new WebSocketFrames();

    private static ByteBuf frame(int first, int size, boolean isMasked) {
        ByteBuf out = Unpooled.buffer().writeByte(first);
        int mask = isMasked ? 0x80 : 0;
        if (size < 126) {
            out.writeByte(mask | size);
        } else if (size < 1 << 16) {
            out.writeByte(mask | 126).writeShort(size);
        } else {
            out.writeByte(mask | 127).writeLong(size);
        }
        // A payload that looks like close frames.
        return out.writeBytes(isMasked ? new byte[] {1, 2, 3, 4} : new byte[0])
                .writeBytes(new byte[] {(byte) 0x88, 0}, 0, Math.min(2, size))
                .writeZero(Math.max(0, size - 2));
    }

    @Test
    void ends_of_frames_are_found_at_every_cut() {
        ByteBuf all = Unpooled.buffer();
        List<Integer> ends = new ArrayList<>();
        for (int size : new int[] {0, 1, 2, 125, 126, 127, 65535, 65536}) {
            for (boolean isMasked : new boolean[] {false, true}) {
                all.writeBytes(frame(0x82, size, isMasked));
                ends.add(all.writerIndex());
            }
        }
        for (int cut : new int[] {1, 2, 3, 5, 7, 100, 1000, all.writerIndex()}) {
            frames.begin();
            List<Integer> found = new ArrayList<>();
            for (int from = 0; from < all.writerIndex(); from += cut) {
                ByteBuf piece = all.slice(from, Math.min(cut, all.writerIndex() - from));
                while (piece.isReadable()) {
                    int end = frames.takeFrame(piece);
                    if (frames.isAtBoundary()) {
                        found.add(from + end);
                    }
                    piece.readerIndex(end);
                }
            }
            assertEquals(ends, found);
            assertFalse(frames.hasClosed());
        }
    }

    @Test
    void a_close_frame_is_seen_when_it_is_whole() {
        frames.begin();
        ByteBuf close = Unpooled.wrappedBuffer(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xe9});
        frames.take(close.slice(0, 7));
        assertFalse(frames.hasClosed());
        frames.take(close.slice(7, 1));
        assertTrue(frames.hasClosed());
        assertTrue(frames.isAtBoundary());
    }

    @Test
    void a_length_that_cannot_be_leaves_no_boundary_to_rely_on() {
        frames.begin();
        frames.take(Unpooled.wrappedBuffer(new byte[] {(byte) 0x82, 127, -1, -1, -1, -1, -1, -1, -1, -1}));
        frames.take(Unpooled.wrappedBuffer(new byte[] {(byte) 0x88, 0}));
        assertFalse(frames.isAtBoundary());
        assertFalse(frames.hasClosed());
    }
}
