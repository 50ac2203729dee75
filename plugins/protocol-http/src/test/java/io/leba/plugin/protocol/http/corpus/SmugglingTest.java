package io.leba.plugin.protocol.http.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Eventually;
import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import io.leba.plugin.protocol.http.fake.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Requests that were made to be read in two ways, against an origin that keeps every byte. It sees exactly the requests that
 * the case says, byte by byte, or nothing.
 */
class SmugglingTest {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final Pattern REASON = Pattern.compile("\\d{3} [A-Za-z ]+: ([a-z_]+)\n");

    @TestFactory
    Stream<DynamicTest> in_one_piece() {
        return CorpusCase.all("smuggling").stream()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> play(one, 64 << 10)));
    }

    @TestFactory
    Stream<DynamicTest> byte_by_byte() {
        return CorpusCase.all("smuggling").stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> play(one, 1)));
    }

    @TestFactory
    Stream<DynamicTest> in_pieces_of_seven() {
        return CorpusCase.all("smuggling").stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> play(one, 7)));
    }

    private static void play(CorpusCase one, int readSize) {
        try (Origin origin = Origin.saying("ok");
                Proxy proxy = Proxy.onNio()) {
            proxy.kernel().loop().readAtMost(readSize);
            proxy.start(origin.address());
            try (RawClient client = new RawClient(proxy.address())) {
                String answers = client.send(one.block("client")).endOutput().rest();
                assertEquals(one.setting("expect"), verdict(answers), () -> one.why() + "\n" + answers);
            }
            Eventually.until(
                    () -> proxy.kernel().clients() == 0 && proxy.kernel().open() == 0);
            assertEquals(0, proxy.group().inFlight());
            String received = origin.received();
            List<String> seen = Wire.requests(received);
            String expected = one.blocks().getOrDefault("origin", "");
            assertEquals(expected, String.join("", seen), one.why());
            if (readSize > 1000) {
                boolean mayBeCut = one.setting("expect").equals("none");
                assertTrue(mayBeCut || received.equals(expected), () -> "something was forwarded: " + received);
            }
        }
    }

    /** The statuses in order, and LEBA's reason if it refused. */
    private static String verdict(String answers) {
        List<String> words = new ArrayList<>();
        Matcher statuses = STATUS.matcher(answers);
        while (statuses.find()) {
            words.add(statuses.group(1));
        }
        Matcher reason = REASON.matcher(answers);
        if (reason.find()) {
            words.add(reason.group(1));
        }
        return words.isEmpty() ? "none" : String.join(" ", words);
    }
}
