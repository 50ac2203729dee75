package io.leba.kernel.cli;

import io.leba.kernel.admin.Node;
import io.leba.kernel.admin.NodeOptions;

/** Runs a node in this process until a signal ends it. */
final class Running {
    private Running() {}

    static int run(RunOptions options) throws Exception {
        NodeOptions node = options.toNodeOptions();
        Logs.to(options.log());
        StopSignals signals = StopSignals.install();
        return untilSignal(Node.start(node), signals);
    }

    /** Waits for a signal, stops the node in order, and says how it went. */
    static int untilSignal(Node node, StopSignals signals) throws InterruptedException {
        signals.onStop(node::close);
        node.awaitStop();
        return Exit.OK;
    }
}
