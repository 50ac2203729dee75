package io.leba.kernel.cli;

import io.leba.kernel.admin.Node;
import io.leba.kernel.admin.NodeOptions;
import io.leba.kernel.upgrade.Predecessor;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a node in this process until a signal ends it. Loaded when it is settled where the log goes. */
final class Running {
    private static final Logger LOGGER = LoggerFactory.getLogger(Running.class);

    private Running() {}

    static int run(RunOptions options) throws Exception {
        NodeOptions node = options.toNodeOptions();
        StopSignals signals = StopSignals.install();
        UpgradeSignal upgrade = UpgradeSignal.install();
        Node started = Node.start(node);
        started.launchedBy(Installation.launch(options.arguments()));
        upgrade.serves(started);
        return untilSignal(started, node.config(), options.controlSocket(), signals);
    }

    /** Takes commands and signals, waits for the one that stops the node, and stops it in order. */
    private static int untilSignal(Node node, Path config, Optional<Path> controlSocket, StopSignals signals)
            throws InterruptedException {
        Commands commands = Commands.take(node, config, controlSocket, Predecessor.isNamedIn(System.getenv()));
        try {
            signals.onStop(() -> {
                LOGGER.info(
                        "stopping: what is under way may finish, for shutdown_timeout at most; a second signal stops at once");
                node.close();
            });
            node.awaitStop();
            LOGGER.info("stopped");
        } finally {
            commands.close();
        }
        return Exit.OK;
    }
}
