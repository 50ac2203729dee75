package io.leba.plugin.protocol.http.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.leba.plugin.protocol.http.corpus.CorpusCase;
import io.leba.plugin.protocol.http.corpus.Wire;
import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.h2.frame.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Requests of HTTP/2 that would be others in HTTP/1.1, against an origin that speaks only that and keeps every byte. It sees exactly the requests
 * that the case says, byte by byte, or nothing; the connection of HTTP/2 serves the next request as if nothing had been.
 */
class DowngradeTest {
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int LONG = 127;

    @TestFactory
    Stream<DynamicTest> in_one_piece() {
        return CorpusCase.all("downgrade").stream()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> play(one, 64 << 10)));
    }

    @TestFactory
    Stream<DynamicTest> byte_by_byte() {
        return CorpusCase.all("downgrade").stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> play(one, 1)));
    }

    private static void play(CorpusCase one, int readSize) throws IOException {
        try (Origin origin = Origin.saying("ok");
                Proxy proxy = Proxy.onNio()) {
            proxy.kernel().loop().readAtMost(readSize);
            proxy.start(origin.address());
            try (SocketPeer client = new SocketPeer(proxy.address())) {
                String verdict = verdict(one, client, proxy);
                assertEquals(one.setting("expect"), verdict, one.why());
                Peer.Call next = client.get("/next");
                assertNotNull(next.heads.get(0), one.why());
            }
            Eventually.until(
                    () -> proxy.kernel().clients() == 0 && proxy.kernel().open() == 0);
            assertEquals(0, proxy.group().inFlight());
            check(one, origin);
        }
    }

    /** A body that turns out to be wrong takes its connection with it: the next request is on another one. */
    private static void check(CorpusCase one, Origin origin) {
        List<String> seen = origin.connections().stream()
                .flatMap(connection -> Wire.requests(connection.received()).stream())
                .toList();
        String next = seen.get(seen.size() - 1);
        assertEquals("GET /next HTTP/1.1", next.substring(0, next.indexOf('\r')), one.why());
        String before = String.join("", seen.subList(0, seen.size() - 1));
        // What is whole by its length may have gone on before more than that comes.
        boolean mayBeMissing = "at most".equals(one.setting("origin"));
        if (!mayBeMissing || !before.isEmpty()) {
            assertEquals(one.blocks().getOrDefault("origin", ""), before, one.why());
        }
    }

    /** Sends the case's request as stream 1, and says how that ended. */
    private static String verdict(CorpusCase one, SocketPeer client, Proxy proxy) throws IOException {
        client.output().write(client.peer.fetch());
        // The client's end knows the stream, but what it would have sent is replaced.
        Peer.Call call = client.peer.ask("POST", "/", false);
        client.peer.fetch();
        String data = one.block("data");
        List<Map.Entry<String, String>> trailers = one.fields("trailers");
        boolean isHeadLast = data == null && trailers == null;
        Frames frames =
                Frames.none().frame(1, END_HEADERS | (isHeadLast ? END_STREAM : 0), 1, block(one.fields("fields")));
        if (data != null) {
            frames.data(1, trailers == null, data);
        }
        if (trailers != null) {
            frames.frame(1, END_HEADERS | END_STREAM, 1, block(trailers));
        }
        client.output().write(frames.bytes());
        client.until(() -> call.isEnded || call.fault != null);
        if (!call.heads.isEmpty()) {
            String status = call.heads.get(0).substring(9, 12);
            String body = call.body.toString();
            return body.isEmpty() || body.equals("ok")
                    ? status
                    : status + body.substring(body.lastIndexOf(' ')).stripTrailing();
        }
        for (Fault fault : Fault.values()) {
            if (proxy.count("leba_http2_faults", "reason", fault.word()) > 0) {
                return "reset " + fault.word();
            }
        }
        return "reset";
    }

    /** Literal fields as they are, which no encoder in order would write. */
    private static byte[] block(List<Map.Entry<String, String>> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        fields.forEach(field -> {
            block.write(0);
            literal(field.getKey(), block);
            literal(field.getValue(), block);
        });
        return block.toByteArray();
    }

    private static void literal(String text, ByteArrayOutputStream to) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        to.write(Math.min(LONG, bytes.length));
        for (int rest = bytes.length - LONG; rest >= 0; rest = rest < 128 ? -1 : rest >> 7) {
            to.write(rest < 128 ? rest : rest & 0x7f | 0x80);
        }
        to.writeBytes(bytes);
    }
}
