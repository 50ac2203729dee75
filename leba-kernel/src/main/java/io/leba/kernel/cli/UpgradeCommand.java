package io.leba.kernel.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code leba upgrade}. */
@Command(
        name = "upgrade",
        description =
                "Start the version that is installed now in the place of a running node, without a refused connection,"
                        + " as SIGUSR2 does. Returns when it serves.")
final class UpgradeCommand implements Callable<Integer> {
    @Mixin
    private NodeAt node;

    @Option(
            names = "--home",
            paramLabel = "FOLDER",
            description =
                    "Start the leba that is installed there. Default: the launcher that the node was started with.")
    private Path home;

    @Override
    public Integer call() throws IOException {
        return node.change(
                "upgrade",
                home == null ? Map.of() : Map.of("home", home.toAbsolutePath().toString()));
    }
}
