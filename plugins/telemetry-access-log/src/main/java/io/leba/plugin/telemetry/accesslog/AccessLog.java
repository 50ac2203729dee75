package io.leba.plugin.telemetry.accesslog;

import io.leba.plugin.telemetry.accesslog.LineRing.LostLines;
import io.leba.spi.Background;
import io.leba.spi.LoopCounter;
import io.leba.spi.OnBackground;
import io.leba.spi.OnControl;
import io.leba.spi.OnLoop;
import io.leba.spi.Scope;
import io.leba.spi.config.InvalidConfig;
import io.leba.spi.telemetry.CompletedExchange;
import io.leba.spi.telemetry.ExchangeListener;
import io.leba.spi.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/**
 * The log. A loop writes its lines into memory of its own and never waits for the disk: when the memory is full, lines are
 * dropped and counted. A background task carries the lines to the file; what is there when the scope closes is carried in the
 * closing. Lines of one loop keep their order; those of different loops mix.
 */
final class AccessLog implements Telemetry, ExchangeListener {
    private static final int CLOSE_SECONDS = 5;

    private final Background background;
    private final Logger logger;
    private final LogFile file;
    private final LoopLog[] loops;
    private final LoopCounter lines;
    private final LoopCounter dropped;
    private final AtomicBoolean isFlushDue = new AtomicBoolean();
    private final ReentrantLock flushing = new ReentrantLock();
    private final Runnable flush = this::flush;
    private boolean isFailing;

    private AccessLog(AccessLogConfig config, Scope scope) {
        this.background = scope.background();
        this.logger = scope.logger();
        this.file = new LogFile(config.path(), config.isStandardOutput(), scope.time());
        this.loops = new LoopLog[scope.loops()];
        for (int i = 0; i < loops.length; i++) {
            loops[i] = new LoopLog(config);
        }
        lines = scope.meters().counter("leba_access_log_lines", "Lines that were written into the loops' memory");
        dropped = scope.meters()
                .counter("leba_access_log_dropped", "Lines that were lost because the disk was slow or failed");
    }

    /** Opens the log; the file itself is opened with the first lines. */
    @OnControl
    static AccessLog open(AccessLogConfig config, Scope scope) {
        if (!config.isStandardOutput()) {
            check(config.path().toAbsolutePath());
        }
        AccessLog log = new AccessLog(config, scope);
        scope.onClose(log::close);
        log.background.every(config.flushInterval(), config.flushInterval(), log.flush);
        return log;
    }

    private static void check(Path path) {
        if (Files.isDirectory(path)) {
            throw new InvalidConfig("path", "must be a file, but " + path + " is a directory");
        }
        if (!Files.isDirectory(path.getParent())) {
            throw new InvalidConfig(
                    "path", "must be in a directory that exists, but " + path.getParent() + " does not");
        }
        if (!Files.isWritable(Files.exists(path) ? path : path.getParent())) {
            throw new InvalidConfig("path", "must be writable by this user, but " + path + " is not");
        }
    }

    @Override
    public Optional<ExchangeListener> exchanges() {
        return Optional.of(this);
    }

    @Override
    @OnLoop
    public void onComplete(CompletedExchange exchange) {
        LoopLog log = loops[exchange.loop()];
        if (!log.isWanted(exchange)) {
            return;
        }
        if (!log.write(exchange)) {
            dropped.add(exchange.loop(), 1);
            return;
        }
        lines.add(exchange.loop(), 1);
        if (log.ring().isFilling() && isFlushDue.compareAndSet(false, true)) {
            background.run(flush);
        }
    }

    @OnBackground
    private void flush() {
        flushing.lock();
        try {
            carry();
        } finally {
            flushing.unlock();
        }
    }

    private void carry() {
        isFlushDue.set(false);
        try {
            file.prepare();
        } catch (IOException e) {
            // The lines stay where they are, until there is no more room.
            failed(e);
            return;
        }
        boolean isWritten = true;
        for (LoopLog loop : loops) {
            try {
                loop.ring().drainTo(file);
            } catch (LostLines e) {
                dropped.addShared(e.count());
                failed(e);
                isWritten = false;
            }
        }
        if (isFailing && isWritten) {
            isFailing = false;
            logger.info("the access log is written again");
        }
    }

    private void failed(IOException cause) {
        if (!isFailing) {
            isFailing = true;
            logger.warn("the access log cannot be written: {}", cause.getMessage());
        }
    }

    /** Carries the last lines; a disk that stalls cannot hold up the close for more than a few seconds. */
    private void close() throws IOException, InterruptedException {
        if (!flushing.tryLock(CLOSE_SECONDS, TimeUnit.SECONDS)) {
            logger.warn("the access log is still being written after {} s; its last lines are lost", CLOSE_SECONDS);
            return;
        }
        try {
            carry();
            file.close();
        } finally {
            flushing.unlock();
        }
    }
}
