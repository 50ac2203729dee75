package io.leba.plugin.telemetry.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leba.plugin.telemetry.accesslog.AccessLogConfig.Format;
import io.leba.spi.Provider;
import io.leba.spi.config.ByteSize;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.protocol.Outcome;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.testkit.Allocation;
import io.leba.testkit.TestScope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
    private static final ByteSize BUFFER = ByteSize.parse("64KiB");
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private final TestScope scope = new TestScope("access_log", 2);
    private final FakeExchange exchange = new FakeExchange();

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void aLineHasEveryFieldWithItsUnitInItsName() throws Exception {
        open(file(), Set.of(), 1).onComplete(exchange);
        flush();
        assertEquals(
                "{\"time\":\"2025-01-31T09:05:00.007Z\",\"client\":\"192.0.2.7\",\"client_port\":50312,"
                        + "\"protocol\":\"http\",\"frontend\":\"web\",\"group\":\"app\",\"backend\":\"b1\","
                        + "\"method\":\"GET\",\"path\":\"/\",\"status\":200,\"outcome\":\"success\",\"attempts\":1,"
                        + "\"bytes_in\":78,\"bytes_out\":1181,\"duration_us\":412,\"first_byte_us\":371,\"loop\":0}",
                lines().get(0));
    }

    @Test
    void anExchangeThatReachedNoBackendHasNoSuchFields() throws Exception {
        exchange.backend = null;
        exchange.firstByteNanos = -1;
        exchange.outcome = Outcome.CLIENT_ERROR;
        exchange.reason = "head_too_large";
        exchange.route = "v1";
        exchange.client = new InetSocketAddress(InetAddress.getByName("2001:db8::7"), 1);
        open(file(), Set.of(), 1).onComplete(exchange);
        flush();
        Map<String, Object> line = StrictJson.line(lines().get(0));
        assertFalse(line.containsKey("backend"));
        assertFalse(line.containsKey("first_byte_us"));
        assertEquals("client_error", line.get("outcome"));
        assertEquals("head_too_large", line.get("reason"));
        assertEquals("v1", line.get("route"));
        assertEquals("2001:db8:0:0:0:0:0:7", line.get("client"));
    }

    @Test
    void aHostileTextStaysInsideItsField() throws Exception {
        exchange.path = "/\",\"status\":999}\r\n{\"forged\":1,\u0000\ud800";
        open(file(), Set.of(), 1).onComplete(exchange);
        flush();
        assertEquals(1, lines().size());
        Map<String, Object> line = StrictJson.line(lines().get(0));
        assertEquals("/\",\"status\":999}\r\n{\"forged\":1,\u0000\ufffd", line.get("path"));
        assertEquals(200L, line.get("status"));
    }

    @Test
    void onlyTheChosenFieldsAreWritten() throws Exception {
        open(file(), Set.of("status", "client", "duration_us", "loop"), 1).onComplete(exchange);
        flush();
        assertEquals("{\"client\":\"192.0.2.7\",\"status\":200,\"duration_us\":412,\"loop\":0}", lines().get(0));
    }

    @Test
    void ofSuccessesTheShareIsWrittenAndOfFailuresEveryOne() throws Exception {
        ExchangeListener log = open(file(), Set.of("outcome"), 0.25);
        for (int i = 0; i < 100; i++) {
            exchange.outcome = Outcome.SUCCESS;
            log.onComplete(exchange);
            exchange.outcome = Outcome.BACKEND_RESET;
            log.onComplete(exchange);
        }
        flush();
        assertEquals(25, count("success"));
        assertEquals(100, count("backend_reset"));
        assertEquals(125, scope.measured().count("leba_access_log_lines"));
    }

    @Test
    void withAShareOfZeroNoSuccessIsWritten() throws Exception {
        ExchangeListener log = open(file(), Set.of("outcome"), 0);
        // The very first one would be the nearest to slip through.
        for (int i = 0; i < 1000; i++) {
            log.onComplete(exchange);
        }
        flush();
        assertEquals(0, count("success"));
    }

    @Test
    void whatDoesNotFitIsDroppedAndCountedAndNothingBlocks() throws Exception {
        ExchangeListener log = open(file(), Set.of(), 1);
        for (int i = 0; i < 2000; i++) {
            log.onComplete(exchange);
        }
        long dropped = scope.measured().count("leba_access_log_dropped");
        assertTrue(dropped > 0);
        flush();
        assertEquals(2000 - dropped, lines().size());
        lines().forEach(StrictJson::line);
        log.onComplete(exchange);
        flush();
        assertEquals(2001 - dropped, lines().size());
    }

    @Test
    void aHalfFullMemoryIsCarriedBeforeTheIntervalIsOver() throws Exception {
        ExchangeListener log = open(file(), Set.of(), 1);
        log.onComplete(exchange);
        scope.background().runDue();
        assertFalse(Files.exists(file()));
        for (int i = 0; i < 150; i++) {
            log.onComplete(exchange);
        }
        scope.background().runDue();
        assertEquals(151, lines().size());
    }

    @Test
    void everyLoopHasItsLinesInOrder() throws Exception {
        ExchangeListener log = open(file(), Set.of("loop", "path"), 1);
        for (int i = 0; i < 20; i++) {
            exchange.loop = i % 2;
            exchange.path = Integer.toString(i);
            log.onComplete(exchange);
        }
        flush();
        for (long loop = 0; loop < 2; loop++) {
            long expected = loop;
            for (String text : lines()) {
                Map<String, Object> line = StrictJson.line(text);
                if (line.get("loop").equals(loop)) {
                    assertEquals(Long.toString(expected), line.get("path"));
                    expected += 2;
                }
            }
            assertEquals(20 + loop, expected);
        }
    }

    @Test
    void nothingIsLostAtTheClose() throws Exception {
        ExchangeListener log = open(file(), Set.of(), 1);
        log.onComplete(exchange);
        exchange.loop = 1;
        log.onComplete(exchange);
        scope.close();
        assertEquals(2, lines().size());
    }

    @Test
    void aRenamedFileIsFollowedByANewOne() throws Exception {
        ExchangeListener log = open(file(), Set.of("path"), 1);
        exchange.path = "one";
        log.onComplete(exchange);
        flush();
        Path rotated = directory.resolve("access.log.1");
        Files.move(file(), rotated);
        exchange.path = "two";
        log.onComplete(exchange);
        flush();
        assertEquals(List.of("{\"path\":\"one\"}"), Files.readAllLines(rotated));
        assertEquals(List.of("{\"path\":\"two\"}"), lines());
        Files.delete(file());
        Files.createFile(file());
        exchange.path = "three";
        log.onComplete(exchange);
        flush();
        assertEquals(List.of("{\"path\":\"three\"}"), lines());
    }

    @Test
    void anExistingFileIsAppendedTo() throws Exception {
        Files.writeString(file(), "before\n");
        open(file(), Set.of("path"), 1).onComplete(exchange);
        flush();
        assertEquals(List.of("before", "{\"path\":\"/\"}"), lines());
    }

    @Test
    void linesWaitInMemoryWhileTheFileCannotBeOpened() throws Exception {
        Path inner = Files.createDirectory(directory.resolve("logs"));
        Path path = inner.resolve("access.log");
        ExchangeListener log = open(path, Set.of("path"), 1);
        Files.delete(inner);
        log.onComplete(exchange);
        flush();
        flush();
        Files.createDirectory(inner);
        flush();
        assertEquals(List.of("{\"path\":\"/\"}"), Files.readAllLines(path));
        assertEquals(0, scope.measured().count("leba_access_log_dropped"));
    }

    @Test
    void aFullDiskCostsLinesAndIsCounted() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        ExchangeListener log = open(full, Set.of(), 1);
        log.onComplete(exchange);
        log.onComplete(exchange);
        flush();
        assertEquals(2, scope.measured().count("leba_access_log_dropped"));
        assertEquals(List.of(), scope.background().failures());
    }

    @Test
    void aLineAfterAFailureBeginsOnALineOfItsOwn() throws Exception {
        LogFile log = new LogFile(file(), false, scope.time());
        log.prepare();
        log.write("half a li".getBytes(), 0, 9);
        log.close();
        Files.delete(file());
        LogFile failing = new LogFile(Path.of("/dev/full"), false, scope.time());
        assumeTrue(Files.exists(Path.of("/dev/full")));
        failing.prepare();
        assertThrows(IOException.class, () -> failing.write("x\n".getBytes(), 0, 2));
        IOException again = assertThrows(IOException.class, () -> failing.write("y\n".getBytes(), 0, 2));
        assertTrue(again.getMessage().contains("No space left"), again.getMessage());
        failing.close();
    }

    @Test
    void standardOutputIsNamedByItsWordAndNeverClosed() throws Exception {
        AccessLogConfig config = config(Path.of("/etc/leba/stdout"), Set.of("path"), 1);
        assertTrue(config.isStandardOutput());
        assertFalse(config(Path.of("/var/log/stdout.log"), Set.of(), 1).isStandardOutput());
        LogFile out = new LogFile(config.path(), true, scope.time());
        out.prepare();
        out.prepare();
        out.close();
        out.write(new byte[0], 0, 0);
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedBeforeAnythingIsCreated() {
        InvalidConfig missing =
                assertThrows(InvalidConfig.class, () -> open(directory.resolve("no/access.log"), Set.of(), 1));
        assertEquals("path", missing.key());
        assertEquals(
                "must be in a directory that exists, but " + directory.resolve("no") + " does not",
                missing.getMessage());
        InvalidConfig isDirectory = assertThrows(InvalidConfig.class, () -> open(directory, Set.of(), 1));
        assertEquals("must be a file, but " + directory + " is a directory", isDirectory.getMessage());
        open(file(), Set.of(), 1);
        assertFalse(Files.exists(file()));
    }

    @Test
    void aLoopAllocatesNothingForALine() {
        ExchangeListener log = open(file(), Set.of(), 1);
        assertEquals(0, Allocation.bytes(50, () -> log.onComplete(exchange)));
    }

    @Test
    void thePluginProvidesTheLogAndItIsOffUnlessWritten() {
        List<Provider<?, ?>> providers = new AccessLogPlugin().providers();
        assertEquals(1, providers.size());
        AccessLogProvider provider = (AccessLogProvider) providers.get(0);
        assertEquals("access_log", provider.type());
        assertSame(AccessLogConfig.class, provider.configType());
        assertFalse(provider.isOnByDefault());
        assertEquals(config(file(), Set.of(), 1), config(file(), Set.of(), 1));
    }

    private ExchangeListener open(Path path, Set<String> fields, double sample) {
        return new AccessLogProvider()
                .create(config(path, fields, sample), scope)
                .exchanges()
                .orElseThrow();
    }

    private static AccessLogConfig config(Path path, Set<String> fields, double sample) {
        return new AccessLogConfig(path, Format.JSON, fields, sample, BUFFER, INTERVAL);
    }

    private Path file() {
        return directory.resolve("access.log");
    }

    private void flush() {
        scope.background().advance(INTERVAL);
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    private long count(String outcome) throws IOException {
        return lines().stream()
                .filter(("{\"outcome\":\"" + outcome + "\"}")::equals)
                .count();
    }
}
