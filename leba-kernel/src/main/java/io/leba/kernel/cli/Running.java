package io.leba.kernel.cli;

import io.leba.kernel.admin.Node;
import io.leba.kernel.admin.NodeOptions;
import java.nio.file.Path;

/** Runs a node in this process until a signal ends it. */
final class Running {
    private Running() {}

    static int run(RunOptions options) throws Exception {
        NodeOptions node = options.toNodeOptions();
        logTo(options.log());
        return untilSignal(Node.start(node));
    }

    /** Directs the log to a file. Takes effect if nothing was logged before. */
    static void logTo(Path file) {
        if (file != null) {
            System.setProperty("leba.log.file", file.toAbsolutePath().toString());
        }
    }

    /** Waits for a signal, stops the node in order, and says how it went. */
    static int untilSignal(Node node) throws InterruptedException {
        StopSignals.onStop(node::close);
        node.awaitStop();
        return Exit.OK;
    }
}
