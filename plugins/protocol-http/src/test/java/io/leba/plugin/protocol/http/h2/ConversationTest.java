package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.h2.frame.ErrorCode;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both roles talking with each other, at every split of their bytes. */
class ConversationTest {
    private final Peer client = new Peer(Role.CLIENT, Peer.LIMITS);
    private final Peer server = Peer.server();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private void start() {
        client.connection.start();
        server.connection.start();
        Peer.talk(client, server, 1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 8, 9, 10, 11, 17, 100, 8191, 16393, 100_000})
    void requests_and_responses(int step) {
        String large = "0123456789".repeat(step < 100 ? 7_000 : 20_000);
        server.onRequest = call -> call.onEnd = () -> call.respond(200, call.body.toString(), "x-sum: 1\r\n\r\n");
        client.connection.start();
        server.connection.start();
        Peer.Call small = client.ask("POST", "/small", false);
        Peer.Call big = client.ask("POST", "/big", false);
        big.stream.send(Peer.buf(large), true);
        small.stream.send(Peer.buf("hi"), false);
        small.stream.end("x-t: 2\r\n\r\n".getBytes());
        Peer.talk(client, server, step);
        assertEquals(
                "POST /small HTTP/1.1\r\nhost: a.example\r\ntransfer-encoding: chunked\r\n\r\n",
                server.calls.get(0).heads.get(0));
        assertEquals("x-t: 2\r\n\r\n", server.calls.get(0).trailers);
        assertEquals("HTTP/1.1 200 \r\ntransfer-encoding: chunked\r\n\r\n", small.heads.get(0));
        assertEquals("hi", small.body.toString());
        assertEquals("x-sum: 1\r\n\r\n", small.trailers);
        assertEquals(large, big.body.toString());
        assertTrue(big.isEnded && small.isEnded);
        assertEquals(0, client.connection.open() + server.connection.open());
        assertEquals(List.of(), server.faults);
        assertEquals(List.of(), client.faults);
    }

    @Test
    void interim_responses_come_before_the_final_one() {
        server.onRequest = call -> {
            call.stream.sendHead(e -> e.status(103), false);
            call.respond(204, "", null);
        };
        start();
        Peer.Call call = client.ask("GET", "/", true);
        Peer.talk(client, server, 1000);
        assertEquals(List.of("HTTP/1.1 103 \r\n\r\n", "HTTP/1.1 204 \r\n\r\n"), call.heads);
        assertTrue(call.isEnded);
    }

    @Test
    void a_response_to_head_says_the_length_of_what_does_not_come() {
        server.onRequest = call -> call.stream.sendHead(
                e -> {
                    e.status(200);
                    Peer.field(e, "content-length", "5");
                },
                true);
        start();
        Peer.Call call = client.ask("HEAD", "/", true);
        Peer.talk(client, server, 1000);
        assertEquals(List.of("HTTP/1.1 200 \r\ncontent-length: 5\r\n\r\n"), call.heads);
        assertNull(call.fault);
    }

    @Test
    void windows_open_only_as_the_consumer_takes() {
        server.takesAtOnce = false;
        start();
        Peer.Call call = client.ask("POST", "/", false);
        call.stream.send(Peer.buf("x".repeat(200_000)), true);
        Peer.talk(client, server, 1000);
        Peer.Call served = server.calls.get(0);
        assertEquals(65_535, served.body.length());
        served.stream.taken(20_000);
        Peer.talk(client, server, 1000);
        assertEquals(65_535, served.body.length(), "less than half of the window is not worth a frame");
        served.stream.taken(20_000);
        Peer.talk(client, server, 1000);
        assertEquals(105_535, served.body.length());
        assertFalse(served.isEnded);
    }

    @Test
    void the_connections_window_bounds_all_streams_and_one_that_ends_gives_its_part_back() {
        server.takesAtOnce = false;
        start();
        for (int i = 0; i < 20; i++) {
            client.ask("POST", "/", false).stream.send(Peer.buf("x".repeat(65_000)), false);
        }
        Peer.talk(client, server, 10_000);
        int held = server.calls.stream().mapToInt(call -> call.body.length()).sum();
        assertEquals(1 << 20, held);
        for (Peer.Call call : server.calls.subList(0, 10)) {
            call.stream.reset(ErrorCode.CANCEL);
        }
        Peer.talk(client, server, 10_000);
        int more = server.calls.stream().mapToInt(call -> call.body.length()).sum();
        assertTrue(more > held, "what the closed streams held is free for others");
        assertEquals(List.of(), client.faults);
    }

    @Test
    void a_producer_waits_for_the_window_and_is_told_when_to_go_on() {
        client.takesAtOnce = false;
        start();
        Peer.Call call = client.ask("GET", "/", true);
        Peer.talk(client, server, 10_000);
        Peer.Call served = server.calls.get(0);
        served.stream.sendHead(e -> e.status(200), false);
        int sent = 0;
        while (served.stream.isWritable()) {
            served.stream.send(Peer.buf("x".repeat(10_000)), false);
            Peer.talk(client, server, 10_000);
            sent += 10_000;
        }
        assertTrue(sent >= 65_535 && sent <= 65_535 + (64 << 10) + 10_000, "sent " + sent);
        assertEquals(0, served.writables);
        call.stream.taken(65_535);
        Peer.talk(client, server, 10_000);
        assertEquals(1, served.writables);
        assertTrue(served.stream.isWritable());
    }

    @Test
    void a_stream_whose_window_is_closed_keeps_no_other_from_being_served() {
        client.takesAtOnce = false;
        start();
        for (int i = 0; i < 8; i++) {
            client.ask("GET", "/", true);
        }
        Peer.talk(client, server, 10_000);
        for (int i = 0; i < 7; i++) {
            server.calls.get(i).respond(200, "x".repeat(130_000), null);
        }
        Peer.talk(client, server, 10_000);
        server.calls.get(7).respond(200, "hello", null);
        assertTrue(server.connection.open() > 0);
        Peer.talk(client, server, 10_000);
        assertEquals("hello", client.calls.get(7).body.toString());
    }

    @Test
    void a_window_that_settings_take_back_from_a_stream_that_waits_closes_it() {
        start();
        client.ask("GET", "/", true);
        Peer.talk(client, server, 10_000);
        server.isWritable = false;
        server.calls.get(0).respond(200, "x".repeat(1000), null);
        // SETTINGS_INITIAL_WINDOW_SIZE = 0, then a window of ten bytes.
        server.give(Frames.none().frame(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}).bytes());
        server.isWritable = true;
        server.connection.writable();
        assertEquals(
                List.of(1, 4),
                Frames.read(server.fetch()).stream().map(Frames.Frame::type).toList(),
                "the head and the acknowledgement, no data");

        server.give(Frames.none().frame(8, 0, 1, Frames.number(10)).bytes());
        assertEquals(
                List.of(10),
                Frames.read(server.fetch()).stream()
                        .map(frame -> frame.payload().length)
                        .toList());
    }

    @Test
    void urgent_streams_go_first_and_equals_take_turns() {
        client.takesAtOnce = false;
        server.onRequest = call -> server.isWritable = false;
        start();
        client.ask("GET", "/a", true);
        client.ask("GET", "/b", true);
        client.ask("GET", "/c", true);
        Peer.talk(client, server, 10_000);
        server.give(Frames.none()
                .frame(16, 0, 0, new byte[] {0, 0, 0, 5, 'u', '=', '0'})
                .bytes());
        for (Peer.Call call : server.calls) {
            call.respond(200, "x".repeat(40_000), null);
        }
        server.fetch();
        server.isWritable = true;
        server.connection.writable();
        List<Integer> order = Frames.read(server.fetch()).stream()
                .filter(frame -> frame.type() == 0)
                .map(Frames.Frame::stream)
                .toList();
        assertEquals(List.of(5, 5, 5, 1, 3, 1, 3, 1, 3), order.subList(0, 9));
    }

    @Test
    void draining_serves_what_is_on_its_way_and_refuses_what_comes_later() {
        start();
        Peer.Call early = client.ask("GET", "/early", true);
        Peer.talk(client, server, 1000);
        server.connection.drain();
        byte[] goAway = server.fetch();
        Peer.Call crossing = client.ask("GET", "/crossing", true);
        server.give(client.fetch());
        client.give(goAway);
        Peer.talk(client, server, 1000);
        assertEquals(2, server.calls.size());
        assertFalse(client.connection.canOpen(0));
        assertFalse(server.isFinished);
        server.calls.forEach(call -> call.respond(200, "ok", null));
        Peer.talk(client, server, 1000);
        assertEquals("ok", early.body.toString());
        assertEquals("ok", crossing.body.toString());
        assertTrue(server.isFinished && client.isFinished);
    }

    @Test
    void a_stream_that_the_leaving_peer_has_not_seen_can_be_tried_elsewhere() {
        start();
        Peer.Call first = client.ask("GET", "/1", true);
        Peer.Call second = client.ask("GET", "/2", true);
        client.give(Frames.none()
                .frame(7, 0, 0, new byte[] {0, 0, 0, 1, 0, 0, 0, 0})
                .bytes());
        assertNull(first.fault);
        assertEquals(Fault.NOT_SEEN, second.fault);
    }

    @Test
    void a_response_that_is_complete_before_its_request_stops_the_upload() {
        start();
        Peer.Call call = client.ask("POST", "/", false);
        call.stream.send(Peer.buf("some"), false);
        Peer.talk(client, server, 1000);
        server.calls.get(0).respond(413, "no", null);
        Peer.talk(client, server, 1000);
        assertEquals("no", call.body.toString());
        assertTrue(call.isEnded);
        assertTrue(call.stream.isClosed());
        assertEquals(0, server.connection.open());
    }
}
