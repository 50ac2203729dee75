package io.leba.kernel.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.leba.kernel.plugin.ToyPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A frontend that tells protocols apart by their first bytes. */
class DetectionTest {
    @TempDir
    private Path folder;

    private LineBackend one;
    private Node node;
    private int port;

    @BeforeEach
    void start() throws IOException {
        ToyPlugin.install(folder.resolve("plugins"));
        one = new LineBackend("one");
        Path config = Files.writeString(folder.resolve("config.yaml"), """
                event_loops: 1
                frontend_address: "127.0.0.1:0"
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(one.port()));
        node = Node.start(new NodeOptions(
                config,
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                Map.of()));
        String address = node.state().frontends().get(0).address();
        port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        one.close();
    }

    private String ask(String line) throws IOException {
        try (LineCaller caller = new LineCaller(port)) {
            return caller.ask(line);
        }
    }

    @Test
    void whatIsRecognisedIsServedAndWhatIsNotIsClosed() throws IOException {
        assertEquals("one >hi", ask(">hi"));
        assertNull(ask("hi"));
    }

    @Test
    void bytesThatComeInPiecesAreReplayedTogether() throws IOException {
        try (LineCaller caller = new LineCaller(port)) {
            caller.sendPart("?");
            caller.sendPart("12");
            assertNull(caller.ask("34567890"), "nobody recognises it in the end");
        }
    }

    /** The leak guard sees whether the bytes were let go of. */
    @Test
    void aDetectorThatThrowsRecognisesNothingAndLeaksNothing() throws IOException {
        for (int i = 0; i < 50; i++) {
            assertNull(ask("!" + i));
            try (LineCaller caller = new LineCaller(port)) {
                caller.sendPart("?123");
                assertNull(caller.ask("4567890"));
            }
        }
        assertEquals("one >hi", ask(">hi"));
    }
}
