package io.leba.plugin.protocol.http.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Responses that are malformed, cut or made to be taken for two. The client gets a 502, or less than it was promised, never a second response. */
class HostileBackendTest {
    @TestFactory
    Stream<DynamicTest> in_one_piece() {
        return CorpusCase.all("hostile-backends").stream()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> play(one, 64 << 10)));
    }

    @TestFactory
    Stream<DynamicTest> in_small_pieces() {
        return CorpusCase.all("hostile-backends").stream()
                .filter(one -> one.block("backend").length() < 10_000)
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> play(one, 3)));
    }

    private static void play(CorpusCase one, int readSize) {
        Origin.Script script = connection -> {
            connection.readHead();
            connection.write(one.block("backend"));
            if (one.setting("then").equals("reset")) {
                connection.reset();
            }
        };
        try (Origin origin = Origin.with(script);
                Proxy proxy = Proxy.onNio()) {
            proxy.kernel().loop().readAtMost(readSize);
            proxy.start(origin.address());
            try (RawClient client = new RawClient(proxy.address())) {
                String method = one.setting("request");
                String got = client.send(method + " / HTTP/1.1\r\nHost: test\r\n\r\n")
                        .endOutput()
                        .rest();
                check(one, got, readSize > 1000);
            }
            Eventually.until(
                    () -> proxy.kernel().clients() == 0 && proxy.kernel().open() == 0);
            assertEquals(0, proxy.group().inFlight());
            Eventually.until(() -> proxy.pool().open() == 0);
        }
    }

    private static void check(CorpusCase one, String got, boolean isWhole) {
        String expect = one.setting("expect");
        String client = one.block("client");
        // The client has ended its output, so LEBA says that it closes.
        String persistence = "Connection: close\r\n";
        switch (expect) {
            case "exact" -> assertEquals(client.replace(persistence, ""), got.replace(persistence, ""), one.why());
            case "cut" ->
                assertTrue(
                        client == null
                                || got.replace(persistence, "").startsWith(client.substring(0, client.length() - 3)),
                        () -> one.why() + "\n" + got);
            default -> {
                String reason = expect.substring(expect.lastIndexOf(' ') + 1);
                boolean isChunk = one.name().contains("chunk-bad-first") && !isWhole;
                assertTrue(
                        isChunk || got.contains("HTTP/1.1 502 Bad Gateway\r\n") && got.endsWith(reason + "\n"),
                        () -> one.why() + "\n" + got);
            }
        }
    }
}
