package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.h2.frame.Fault;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attacks that are made of frames which are each allowed. */
class DefencesTest {
    private static final long SECOND = 1_000_000_000L;

    private final Peer server = Peer.server();
    private final Frames frames = Frames.client();

    @BeforeEach
    void start() {
        server.connection.start();
        server.give(frames.bytes());
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** How many rounds it takes until the connection is ended. */
    private int rounds(int most, IntFunction<Frames> round) {
        for (int i = 0; i < most; i++) {
            if (server.isFinished) {
                return i;
            }
            server.give(round.apply(i).bytes());
            server.fetch();
        }
        return most;
    }

    private void ends(Fault fault, int atLeast, int most, IntFunction<Frames> round) {
        int rounds = rounds(most, round);
        assertTrue(rounds >= atLeast && rounds < most, () -> "ended behind " + rounds + " rounds: " + server.faults);
        assertEquals(fault, server.faults.get(server.faults.size() - 1));
        assertEquals(0, server.connection.open());
    }

    @Test
    void rapid_reset() {
        ends(
                Fault.RAPID_RESET,
                100,
                1000,
                i -> frames.request(2 * i + 1, Frames.get()).frame(3, 0, 2 * i + 1, Frames.number(8)));
    }

    @Test
    void resets_beside_work_are_fine() {
        server.onRequest = call -> {
            if (call.stream.id() % 4 == 1) {
                call.respond(200, "", null);
            }
        };
        int rounds = rounds(
                2000,
                i -> frames.request(4 * i + 1, Frames.get())
                        .request(4 * i + 3, Frames.get())
                        .frame(3, 0, 4 * i + 3, Frames.number(8)));
        assertEquals(2000, rounds);
        assertFalse(server.isFinished);
    }

    @Test
    void resets_at_leisure_are_fine() {
        int rounds = rounds(2000, i -> {
            server.nanos += SECOND / 10;
            return frames.request(2 * i + 1, Frames.get()).frame(3, 0, 2 * i + 1, Frames.number(8));
        });
        assertEquals(2000, rounds);
    }

    @Test
    void resets_that_are_provoked_by_windows() {
        ends(
                Fault.PROVOKED_RESETS,
                100,
                1000,
                i -> frames.request(2 * i + 1, Frames.get()).frame(8, 0, 2 * i + 1, Frames.number(0)));
    }

    @Test
    void resets_that_are_provoked_by_malformed_requests() {
        ends(Fault.PROVOKED_RESETS, 100, 1000, i -> frames.request(2 * i + 1, Frames.get("te: x")));
    }

    @Test
    void resets_that_are_provoked_by_too_many_streams() {
        ends(Fault.PROVOKED_RESETS, 200, 1000, i -> frames.request(2 * i + 1, Frames.get()));
        assertTrue(server.calls.size() <= 100);
    }

    @Test
    void continuations_without_end() {
        server.give(frames.frame(1, 0, 1, frames.block(Frames.get())).bytes());
        ends(Fault.CONTINUATION_FLOOD, 10, 100, i -> frames.frame(9, 0, 1));
    }

    @Test
    void continuations_that_are_large() {
        server.give(frames.frame(1, 0, 1, frames.block(Frames.get())).bytes());
        ends(Fault.CONTINUATION_FLOOD, 2, 8, i -> frames.frame(9, 0, 1, new byte[16_000]));
    }

    @Test
    void a_small_block_that_becomes_large() {
        // Seen twice, so that the entry is in the table; then the youngest entry, again and again.
        String field = "bomb: " + "x".repeat(1900);
        server.give(frames.request(1, Frames.get(field, field)).bytes());
        byte[] block = frames.block(Frames.get());
        byte[] bomb = java.util.Arrays.copyOf(block, block.length + 12_000);
        java.util.Arrays.fill(bomb, block.length, bomb.length, (byte) (0x80 | 62));
        server.give(frames.frame(1, 5, 3, bomb).bytes());
        assertEquals(Fault.HEADER_BOMB, server.faults.get(0));
        assertTrue(server.isFinished);
    }

    @Test
    void pings() {
        ends(Fault.USELESS_FRAMES, 1000, 5000, i -> frames.frame(6, 0, 0, new byte[8]));
    }

    @Test
    void pings_whose_answers_are_not_read() {
        server.unsent = 1 << 20;
        ends(Fault.UNREAD_ANSWERS, 1, 5, i -> frames.frame(6, 0, 0, new byte[8]));
    }

    @Test
    void settings() {
        ends(Fault.USELESS_FRAMES, 1000, 5000, i -> frames.frame(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 9}));
    }

    @Test
    void priorities() {
        ends(Fault.USELESS_FRAMES, 1000, 5000, i -> frames.frame(2, 0, 9, new byte[5]));
    }

    @Test
    void unknown_frames() {
        ends(Fault.USELESS_FRAMES, 1000, 5000, i -> frames.frame(99, 0, 0, new byte[5]));
    }

    @Test
    void empty_data() {
        server.give(frames.open(1, Frames.post()).bytes());
        ends(Fault.USELESS_FRAMES, 1000, 5000, i -> frames.data(1, false, ""));
    }

    @Test
    void empty_data_on_a_stream_that_was_reset() {
        server.give(frames.open(1, Frames.post("te: x")).bytes());
        ends(Fault.USELESS_FRAMES, 1000, 5000, i -> frames.data(1, false, ""));
    }

    @Test
    void windows_that_open_by_one_byte() {
        server.give(frames.frame(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 0})
                .request(1, Frames.get())
                .bytes());
        server.calls.get(0).respond(200, "x".repeat(100_000), null);
        ends(Fault.TINY_WINDOWS, 500, 5000, i -> frames.frame(8, 0, 1, Frames.number(1)));
    }

    @Test
    void a_window_that_stays_closed() {
        server.give(frames.frame(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 0})
                .request(1, Frames.get())
                .bytes());
        server.calls.get(0).respond(200, "x".repeat(1000), null);
        server.nanos += 29 * SECOND;
        server.connection.tick();
        assertEquals(1, server.connection.open());
        server.nanos += 2 * SECOND;
        server.connection.tick();
        assertEquals(Fault.STALLED, server.calls.get(0).fault);
        assertEquals(0, server.connection.open());
        assertFalse(server.isFinished);
    }

    @Test
    void settings_that_are_not_acknowledged() {
        Peer other = Peer.server();
        other.connection.start();
        other.give(Frames.none().raw(Http2Connection.preface()).frame(4, 0, 0).bytes());
        other.nanos += 9 * SECOND;
        other.connection.tick();
        assertFalse(other.isFinished);
        other.nanos += 2 * SECOND;
        other.connection.tick();
        assertEquals(Fault.SETTINGS_TIMEOUT, other.faults.get(0));
        other.close();
    }

    @Test
    void a_stream_that_sends_more_than_its_window() {
        server.takesAtOnce = false;
        server.give(frames.open(1, Frames.post()).bytes());
        for (int i = 0; i < 4; i++) {
            server.give(frames.data(1, false, "x".repeat(16_384)).bytes());
        }
        assertEquals(Fault.WINDOW_EXCEEDED, server.calls.get(0).fault);
        assertFalse(server.isFinished);
    }

    @Test
    void a_connection_that_sends_more_than_its_window() {
        server.takesAtOnce = false;
        ends(
                Fault.WINDOW_EXCEEDED,
                16,
                30,
                i -> frames.open(2 * i + 1, Frames.post())
                        .data(2 * i + 1, false, "x".repeat(16_384))
                        .data(2 * i + 1, false, "x".repeat(16_384))
                        .data(2 * i + 1, false, "x".repeat(16_384))
                        .data(2 * i + 1, false, "x".repeat(16_000)));
    }
}
