package io.leba.kernel.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.leba.kernel.thread.TurnedQueue;
import io.leba.spi.Background;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateKeeperTest {
    private static final Duration WITHIN = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private final TurnedQueue time = new TurnedQueue();
    private final Background background = new TurnedBackground(time);
    private final Words words = new Words("words", "first");
    private long generation = 3;
    private String node = "node1";
    private Path file;
    private Optional<StateTarget> target;
    private StateKeeper keeper;

    /** A section of one text. */
    private static final class Words implements StateSection {
        private final String name;
        private String text;

        Words(String name, String text) {
            this.name = name;
            this.text = text;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public JsonNode save() {
            return TextNode.valueOf(text);
        }

        @Override
        public void restore(JsonNode saved) {
            if (!saved.isTextual()) {
                throw new IllegalArgumentException("must be a text");
            }
            text = saved.textValue();
        }
    }

    /** Runs on the test's thread what the test's clock makes due. */
    private record TurnedBackground(TurnedQueue queue) implements Background {
        @Override
        public void run(Runnable task) {
            queue.execute(task);
        }

        @Override
        public <T> CompletionStage<T> call(Callable<T> task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            return queue.after(delay, task);
        }

        @Override
        public Cancellable every(Duration initial, Duration interval, Runnable task) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void make() {
        file = folder.resolve("state");
        target = Optional.of(new StateTarget(file, Optional.empty()));
        keeper = keeper(words);
    }

    private StateKeeper keeper(StateSection... sections) {
        StateKeeper.Runs direct = new StateKeeper.Runs() {
            @Override
            public <T> T call(Callable<T> task) throws Exception {
                return task.call();
            }
        };
        return new StateKeeper(
                direct, background, time, () -> new SavedState("0.1.0", node, generation, Map.of()), List.of(sections));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(one -> one.getFileName().toString()).sorted().toList();
        }
    }

    private String restored(Optional<StateTarget> from) {
        Words found = new Words("words", "nothing");
        keeper(found).start(from);
        return found.text;
    }

    @Test
    void aChangeIsInTheFileWithinASecondAndABurstIsOneWrite() throws Exception {
        assertEquals(OptionalLong.empty(), keeper.start(target));
        for (int i = 0; i < 100; i++) {
            words.text = "word " + i;
            keeper.changed();
        }
        assertFalse(Files.exists(file));
        time.advance(WITHIN);
        assertEquals("word 99", restored(target));
        assertEquals(List.of("state"), files(), "nothing is left beside it");
        assertEquals(0, time.waiting());
    }

    @Test
    void theFileIsItsOwnersAlone() throws Exception {
        keeper.start(target);
        keeper.changed();
        time.advance(WITHIN);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aStopWritesWhatIsDueAndNothingAfterwards() throws Exception {
        keeper.start(target);
        words.text = "last";
        keeper.close();
        assertEquals("last", restored(target));
        byte[] before = Files.readAllBytes(file);
        words.text = "too late";
        keeper.changed();
        time.advance(WITHIN);
        keeper.close();
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void anUnchangedStateIsNotWrittenAgain() throws Exception {
        keeper.start(target);
        keeper.changed();
        time.advance(WITHIN);
        byte[] before = Files.readAllBytes(file);
        keeper.changed();
        time.advance(WITHIN);
        assertArrayEquals(before, Files.readAllBytes(file), "the time of writing would differ");
    }

    @Test
    void aNodeThatNeverServedDoesNotOverwriteWhatAnEarlierOneKnew() throws Exception {
        keeper.start(target);
        keeper.close();
        byte[] before = Files.readAllBytes(file);
        generation = 0;
        words.text = "of a failed start";
        StateKeeper failing = keeper(words);
        assertEquals(OptionalLong.of(3), failing.start(target));
        failing.close();
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void sectionsOfOthersAreKeptAsTheyAre() {
        Words circuit = new Words("circuit", "open");
        StateKeeper newer = keeper(words, circuit);
        newer.start(target);
        newer.close();

        StateKeeper older = keeper(words);
        older.start(target);
        words.text = "changed";
        older.close();

        circuit.text = "nothing";
        keeper(words, circuit).start(target);
        assertEquals("open", circuit.text);
        assertEquals("changed", words.text);
    }

    @Test
    void aSectionThatMakesNoSenseIsLeftOutAndTheOthersAreNot() {
        StateSection strange = new StateSection() {
            @Override
            public String name() {
                return "words";
            }

            @Override
            public JsonNode save() {
                return JsonNodeFactory.instance.numberNode(1);
            }

            @Override
            public void restore(JsonNode saved) {}
        };
        Words other = new Words("other", "kept");
        StateKeeper one = keeper(strange, other);
        one.start(target);
        one.close();
        other.text = "";
        StateKeeper two = keeper(words, other);
        assertEquals(OptionalLong.of(3), two.start(target));
        assertEquals("first", words.text);
        assertEquals("kept", other.text);
    }

    @Test
    void whatCannotBeReadIsSetAsideAndTheNodeStartsWithoutIt() throws Exception {
        Files.writeString(file, "of somebody else");
        assertEquals(OptionalLong.empty(), keeper.start(target));
        assertEquals(1, files().size());
        assertTrue(files().get(0).startsWith("state.unreadable-"), files().toString());
        assertEquals("of somebody else", Files.readString(folder.resolve(files().get(0))));
        keeper.close();
        assertEquals("first", restored(target));
    }

    @Test
    void aFileOfAnotherNodeIsSetAside() throws Exception {
        keeper.start(target);
        keeper.close();
        node = "node2";
        assertEquals(OptionalLong.empty(), keeper(words).start(target));
        assertTrue(files().get(0).startsWith("state.unreadable-"), files().toString());
    }

    @Test
    void aFileInTheWayOfTheFolderIsToldAndTriedAgainUntilItIsGone() throws Exception {
        Path blocked = folder.resolve("blocked");
        Files.writeString(blocked, "");
        Optional<StateTarget> below = Optional.of(new StateTarget(blocked.resolve("state"), Optional.empty()));
        keeper.start(below);
        keeper.changed();
        time.advance(WITHIN);
        time.advance(StateKeeper.RETRY.multipliedBy(3));
        Files.delete(blocked);
        time.advance(StateKeeper.RETRY);
        assertEquals("first", restored(below));
    }

    @Test
    void anotherTargetOrKeyIsWrittenSoon() throws Exception {
        keeper.start(target);
        keeper.close();
        StateKeeper next = keeper(words);
        next.start(target);
        byte[] bytes = new byte[32];
        Optional<StateTarget> encrypted = Optional.of(
                new StateTarget(file, Optional.of(StateKey.parse(HexFormat.of().formatHex(bytes)))));
        next.use(encrypted);
        time.advance(WITHIN);
        assertTrue(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
                .startsWith("LEBA-STATE 1 aes-256-gcm"));
        assertEquals("first", restored(encrypted));

        Path elsewhere = folder.resolve("a/b/state");
        Optional<StateTarget> other = Optional.of(new StateTarget(elsewhere, Optional.empty()));
        next.use(other);
        time.advance(WITHIN);
        assertEquals("first", restored(other));

        next.use(Optional.empty());
        Files.delete(elsewhere);
        words.text = "nowhere";
        next.changed();
        time.advance(WITHIN);
        assertFalse(Files.exists(elsewhere));
    }

    @Test
    void aSymbolicLinkStaysOne() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real")).resolve("state");
        Files.createSymbolicLink(file, Path.of("real", "state"));
        keeper.start(target);
        words.text = "through a link that led nowhere yet";
        keeper.changed();
        time.advance(WITHIN);
        words.text = "through the link";
        keeper.close();
        assertTrue(Files.isRegularFile(real));
        assertTrue(Files.isSymbolicLink(file));
        assertEquals("through the link", restored(target));
    }
}
