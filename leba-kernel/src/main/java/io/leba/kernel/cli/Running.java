package io.leba.kernel.cli;

import io.leba.kernel.admin.Node;
import io.leba.kernel.admin.NodeOptions;
import java.nio.file.Path;
import java.util.Optional;

/** Runs a node in this process until a signal ends it. */
final class Running {
    private Running() {}

    static int run(RunOptions options) throws Exception {
        NodeOptions node = options.toNodeOptions();
        Logs.to(options.log());
        StopSignals signals = StopSignals.install();
        return untilSignal(Node.start(node), options.controlSocket(), signals);
    }

    /** Takes commands and signals, waits for the one that stops the node, and stops it in order. */
    private static int untilSignal(Node node, Optional<Path> controlSocket, StopSignals signals)
            throws InterruptedException {
        Commands commands = Commands.take(node, controlSocket);
        try {
            signals.onStop(node::close);
            node.awaitStop();
        } finally {
            commands.close();
        }
        return Exit.OK;
    }
}
