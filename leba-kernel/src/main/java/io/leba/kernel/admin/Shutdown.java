package io.leba.kernel.admin;

import io.leba.kernel.generation.Generations;
import io.leba.kernel.generation.NodeConfig;
import io.leba.kernel.generation.Services;
import io.leba.kernel.state.StateKeeper;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How traffic ends when a node stops. Readiness has turned already: what stands in front of the node is given
 * {@code shutdown_delay} to notice while everything is served; then no connection is accepted any more, clients are told, and
 * exchanges have {@code shutdown_timeout} to end. The management address answers throughout.
 */
final class Shutdown {
    private static final Logger LOGGER = LoggerFactory.getLogger(Shutdown.class);
    private static final int LOOPS_PATIENCE_SECONDS = 5;
    private static final Duration IDLE_POLL = Duration.ofMillis(20);

    private final Services services;
    private final Generations generations;
    private final StateKeeper state;

    Shutdown(Services services, Generations generations, StateKeeper state) {
        this.services = services;
        this.generations = generations;
        this.state = state;
    }

    /** Ends traffic, and then closes every extension. Blocks; an interruption cuts the waiting short. */
    void run(NodeConfig config) {
        boolean serves = generations.number() > 0 && services.onControl(generations::isAccepting);
        if (serves && !config.shutdownDelay().isZero()) {
            LOGGER.info(
                    "stopping: not ready any more; connections are taken for {} s yet",
                    config.shutdownDelay().toSeconds());
            sleep(config.shutdownDelay());
        }
        await(
                services.onControl(() -> generations.stopAccepting(config.shutdownTimeout())),
                "a listening socket did not close");
        awaitLoops(); // a connection accepted just before is counted from then on
        awaitIdle(config.shutdownTimeout());
        awaitLoops();
        state.close(); // while the groups are there of which it tells
        services.onControl(() -> {
            generations.close();
            return null;
        });
    }

    private void awaitIdle(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!services.onControl(generations::isIdle)) {
            if (System.nanoTime() - deadline >= 0) {
                LOGGER.warn("exchanges are still under way after shutdown_timeout; their connections are closed");
                break;
            }
            if (!sleep(IDLE_POLL)) {
                break;
            }
        }
        services.onControl(() -> {
            generations.closeConnections();
            return null;
        });
    }

    /** Closing is queued on the loops; extensions are closed after it was done, so that no last line of a log is lost. */
    private void awaitLoops() {
        await(services.onControl(generations::loopsPassed), "an event loop did not come round");
    }

    private static void await(CompletionStage<Void> stage, String otherwise) {
        try {
            stage.toCompletableFuture().get(LOOPS_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.warn("{} within {} s", otherwise, LOOPS_PATIENCE_SECONDS);
        }
    }

    private static boolean sleep(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
