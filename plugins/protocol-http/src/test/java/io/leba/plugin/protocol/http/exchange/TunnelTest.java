package io.leba.plugin.protocol.http.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.protocol.Outcome;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Connections that change to another protocol. */
class TunnelTest {
    private static final String ASK =
            "GET /chat HTTP/1.1\r\nHost: test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";
    private static final String HELLO_FROM_CLIENT = "\u0082\u0085\0\0\0\0hello";
    private static final String HELLO = "\u0082\5hello";
    private static final String GOING_AWAY = "\u0088\2\3\u00e9";

    /** Changes, and then says back whatever it hears, with something before. */
    private static Origin echo(String first) {
        return Origin.with(connection -> {
            connection.readHead();
            connection.write(SWITCH + first);
            for (int c = connection.read(); c >= 0; c = connection.read()) {
                connection.write(String.valueOf((char) c));
            }
            connection.write("bye");
        });
    }

    private static Origin answering(String response) {
        return Origin.with(connection -> {
            while (connection.readHead() != null) {
                connection.write(response);
            }
        });
    }

    private static Proxy proxy(Origin origin, HttpConfig.Upgrade upgrade) {
        return Proxy.onNio().upgrading(upgrade).start(origin.address());
    }

    private static HttpConfig.Upgrade upgrade(Duration ping, String... protocols) {
        return new HttpConfig.Upgrade(List.of(protocols), Duration.ofSeconds(300), Optional.ofNullable(ping));
    }

    private static Proxy proxy(Origin origin) {
        return proxy(origin, upgrade(null, "websocket"));
    }

    @Test
    void a_web_socket_is_asked_for_and_carried_in_both_directions() {
        try (Origin origin = echo("first");
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address())) {
            String head = client.send(ASK).response().head();
            assertTrue(head.startsWith(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"));
            assertTrue(head.contains("Sec-WebSocket-Accept: x\r\n"));
            assertFalse(head.toLowerCase(java.util.Locale.ROOT).contains("date:"));
            assertEquals("first", client.read(5));
            client.send("to and fro");
            assertEquals("to and fro", client.read(10));
            String asked = origin.received();
            assertTrue(asked.contains("\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n"), asked);
            assertTrue(asked.contains("\r\nSec-WebSocket-Version: 13\r\n"), asked);
            assertEquals(1, proxy.kernel().open());
        }
    }

    @Test
    void a_side_that_ends_its_output_still_gets_what_the_other_one_says() {
        try (Origin origin = echo("");
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address())) {
            client.send(ASK).response();
            client.send("abc").endOutput();
            assertEquals("abcbye", client.rest());
            Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.SUCCESS)));
            assertEquals(List.of(Outcome.SUCCESS), proxy.group().outcomes());
            assertEquals(-1, proxy.group().finished().get(0).nanos());
            assertEquals(1, proxy.count("leba_http_responses", "code", "1xx"));
            Eventually.until(() -> proxy.pool().open() == 0);
        }
    }

    @Test
    void what_the_client_says_before_it_is_answered_waits_for_the_answer() {
        try (Origin origin = echo("");
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address())) {
            client.send(ASK + "early");
            client.response();
            assertEquals("early", client.read(5));
        }
    }

    @Test
    void a_client_that_goes_away_takes_the_backends_connection_with_it() {
        try (Origin origin = echo("");
                Proxy proxy = proxy(origin)) {
            try (RawClient client = new RawClient(proxy.address())) {
                client.send(ASK).response();
                client.reset();
            }
            Eventually.until(() -> proxy.kernel().open() == 0 && proxy.pool().open() == 0);
        }
    }

    @Test
    void a_backend_that_breaks_cuts_the_client_off() {
        Origin origin = Origin.with(connection -> {
            connection.readHead();
            connection.write(SWITCH);
            connection.read();
            connection.reset();
        });
        try (origin;
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address())) {
            client.send(ASK).response();
            client.send("x");
            Eventually.until(() -> proxy.kernel().exits().equals(List.of(Outcome.BACKEND_RESET)));
        }
    }

    @Test
    void a_backend_that_changes_unasked_is_refused() {
        for (String request : List.of(
                "GET / HTTP/1.1\r\nHost: test\r\n\r\n",
                ASK.replace("Upgrade: WebSocket", "Upgrade: irc"),
                ASK.replace("Connection: keep-alive, Upgrade", "Connection: keep-alive"),
                ASK.replace("HTTP/1.1", "HTTP/1.0"),
                ASK.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx"))) {
            try (Origin origin = answering(SWITCH);
                    Proxy proxy = proxy(origin);
                    RawClient client = new RawClient(proxy.address())) {
                assertEquals(502, client.send(request).response().status(), request);
                assertFalse(origin.received().contains("Upgrade:"), origin.received());
            }
        }
    }

    @Test
    void a_backend_that_changes_to_something_else_is_refused() {
        for (String response : List.of(
                SWITCH.replace("Upgrade: websocket", "Upgrade: irc"),
                SWITCH.replace("Upgrade: websocket\r\n", ""),
                SWITCH.replace("Upgrade: websocket\r\n", "Upgrade: websocket\r\nUpgrade: websocket\r\n"),
                SWITCH.replace("Connection: Upgrade\r\n", ""))) {
            try (Origin origin = answering(response);
                    Proxy proxy = proxy(origin);
                    RawClient client = new RawClient(proxy.address())) {
                assertEquals(502, client.send(ASK).response().status(), response);
            }
        }
    }

    @Test
    void a_backend_that_does_not_change_answers_and_both_connections_stay() {
        try (Origin origin = Origin.saying("no");
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address())) {
            assertEquals("no", client.send(ASK).response().body());
            assertEquals("no", client.send(ASK).response().body());
            assertEquals(1, origin.connections().size());
        }
    }

    @Test
    void other_versions_of_http_are_never_changed_to() {
        for (String name : List.of("h2c", "HTTP/2.0", "TLS/1.2", "h2c, h2")) {
            try (Origin origin = Origin.saying("plain");
                    Proxy proxy = proxy(origin, upgrade(null, "*"));
                    RawClient client = new RawClient(proxy.address())) {
                String request = ASK.replace(": WebSocket", ": " + name)
                        .replace("Upgrade\r\n", "Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n");
                assertEquals("plain", client.send(request).response().body());
                String received = origin.received();
                assertFalse(received.contains("Upgrade") || received.contains("Settings"), received);
            }
        }
        assertThrows(InvalidConfig.class, () -> upgrade(null, "H2C"));
    }

    @Test
    void the_first_protocol_that_is_allowed_is_the_one_asked_for() {
        try (Origin origin = answering(SWITCH.replace("websocket", "irc/6.9"));
                Proxy proxy = proxy(origin, upgrade(null, "*"));
                RawClient client = new RawClient(proxy.address())) {
            RawClient.Response response =
                    client.send(ASK.replace(": WebSocket", ": h2c ,IRC/6.9, x")).response();
            assertEquals(101, response.status());
            assertTrue(origin.received().contains("\r\nUpgrade: IRC/6.9\r\n"), origin.received());
        }
    }

    @Test
    void a_tunnel_through_which_nothing_passes_is_closed() {
        try (Origin origin = echo(HELLO);
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address())) {
            client.send(ASK).response();
            client.read(HELLO.length());
            proxy.turn(Duration.ofSeconds(299));
            client.send(HELLO_FROM_CLIENT);
            client.read(HELLO_FROM_CLIENT.length());
            proxy.turn(Duration.ofSeconds(299));
            assertEquals(1, proxy.kernel().open());
            proxy.turn(Duration.ofSeconds(2));
            assertEquals(GOING_AWAY, client.rest());
            assertEquals(1, proxy.refusals("tunnel_idle"));
        }
    }

    @Test
    void a_web_socket_whose_frontend_drains_is_told_between_two_frames() {
        Origin origin = Origin.with(connection -> {
            connection.readHead();
            connection.write(SWITCH + HELLO + HELLO.substring(0, 3));
            connection.read();
            connection.write(HELLO.substring(3) + HELLO);
            connection.readAll();
        });
        try (origin;
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address())) {
            client.send(ASK).response();
            client.read(HELLO.length() + 3);
            proxy.kernel().drain();
            client.send(HELLO_FROM_CLIENT);
            assertEquals(HELLO.substring(3) + GOING_AWAY, client.read(HELLO.length() - 3 + GOING_AWAY.length()));
            Eventually.until(() ->
                    origin.received().endsWith("\r\n\r\n") || origin.received().contains("\u0088\u0082"));
            client.send("\u0088\u0082\0\0\0\0\3\u00e9");
            assertEquals("", client.rest());
            Eventually.until(() -> proxy.refusals("tunnel_drained") == 1);
            Eventually.until(() -> origin.connections().get(0).isEnded());
            String told = origin.received();
            int close = told.indexOf("\u0088\u0082");
            assertTrue(close > 0, told);
            int code = (told.charAt(close + 6) ^ told.charAt(close + 2)) << 8
                    | told.charAt(close + 7) ^ told.charAt(close + 3);
            assertEquals(1001, code);
        }
    }

    @Test
    void a_client_that_does_not_answer_a_close_is_not_waited_for() {
        try (Origin origin = echo("");
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address())) {
            client.send(ASK).response();
            proxy.kernel().drain();
            assertEquals(GOING_AWAY, client.read(4));
            proxy.turn(Duration.ofSeconds(3));
            Eventually.until(() -> proxy.kernel().open() == 0);
        }
    }

    @Test
    void silent_sides_of_a_web_socket_are_asked_for_life() {
        try (Origin origin = echo("");
                Proxy proxy = proxy(origin, upgrade(Duration.ofSeconds(60), "websocket"));
                RawClient client = new RawClient(proxy.address())) {
            client.send(ASK).response();
            Eventually.until(() -> origin.connections().size() == 1);
            proxy.turn(Duration.ofSeconds(61));
            assertEquals("\u0089\0", client.read(2));
            // The backend says back the ping that it got, six bytes.
            String echoed = client.read(6);
            assertTrue(echoed.startsWith("\u0089\u0080"), echoed);
            for (int i = 0; i < 4; i++) {
                proxy.turn(Duration.ofSeconds(61));
            }
            Eventually.until(() -> proxy.refusals("tunnel_idle") == 1);
        }
    }

    @Test
    void a_client_that_does_not_read_holds_the_backend_back() {
        int size = 64 << 20;
        Origin origin = Origin.with(connection -> {
            connection.readHead();
            connection.write(SWITCH);
            String piece = "x".repeat(1 << 16);
            for (int i = 0; i < size >> 16; i++) {
                connection.write(piece);
            }
        });
        try (origin;
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address(), 4096)) {
            client.send(ASK).response();
            Eventually.until(() -> proxy.kernel().unsent() > 0);
            assertTrue(proxy.kernel().unsent() < 1 << 20);
            assertEquals(size, client.rest().length());
        }
    }

    @Test
    void a_backend_that_does_not_read_holds_the_client_back() throws InterruptedException {
        Semaphore goOn = new Semaphore(0);
        Origin origin = Origin.with(connection -> {
            connection.readHead();
            connection.write(SWITCH);
            goOn.acquireUninterruptibly();
            connection.readAll();
            connection.write("end");
        });
        int pieces = 512;
        try (origin;
                Proxy proxy = proxy(origin);
                RawClient client = new RawClient(proxy.address())) {
            client.send(ASK).response();
            Thread sender = new Thread(() -> {
                String piece = "x".repeat(1 << 16);
                for (int i = 0; i < pieces; i++) {
                    client.send(piece);
                }
                client.endOutput();
            });
            sender.start();
            Channel backend = proxy.pool().channels().get(0);
            Eventually.until(() -> proxy.kernel().loop().ask(() -> Outgoing.unsent(backend)) > 0);
            long unsent = proxy.kernel().loop().ask(() -> Outgoing.unsent(backend));
            assertTrue(unsent < 1 << 20, () -> unsent + " bytes wait");
            goOn.release();
            assertEquals("end", client.rest());
            sender.join();
            assertEquals(
                    pieces << 16, origin.received().length() - origin.received().indexOf("\r\n\r\n") - 4);
        }
    }
}
