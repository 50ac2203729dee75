package io.leba.kernel.cli;

import io.leba.kernel.admin.NodeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code run}. */
@Command(mixinStandardHelpOptions = false)
final class RunOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration file. Default: conf/config.yaml of the installation.")
    private Path config;

    @Option(names = "--log", paramLabel = "FILE", description = "Write the log to this file instead of the terminal.")
    private Path log;

    @Option(
            names = "--watch-config",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "true",
            paramLabel = "true|false",
            description = "Reload when a file of the configuration changes. Default: ${DEFAULT-VALUE}.")
    private boolean watchConfig;

    @Option(
            names = "--watch-interval",
            defaultValue = "30",
            paramLabel = "SECONDS",
            description = "How often files are looked at. Default: ${DEFAULT-VALUE}.")
    private int watchInterval;

    @Option(
            names = "--watch-plugins",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "true",
            paramLabel = "true|false",
            description = "Take over plugin jars that appear, change or go. Default: ${DEFAULT-VALUE}.")
    private boolean watchPlugins;

    @Option(
            names = "--control-socket",
            paramLabel = "PATH|none",
            description =
                    "Where commands such as 'leba reload' reach the node. Default: work/control.sock of the installation.")
    private String controlSocket;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    Path log() {
        return log;
    }

    /** Where the node takes commands; empty: nowhere. */
    Optional<Path> controlSocket() {
        if (controlSocket == null) {
            return Optional.of(Installation.controlSocket());
        }
        return controlSocket.equals("none") ? Optional.empty() : Optional.of(Path.of(controlSocket));
    }

    /** All that the program was given, so that another process can be started in the same way. */
    List<String> arguments() {
        return command.root().commandLine().getParseResult().originalArgs();
    }

    NodeOptions toNodeOptions() {
        if (watchInterval < 1) {
            throw new ParameterException(
                    command.commandLine(), "--watch-interval: must be 1 or more seconds, got " + watchInterval);
        }
        return new NodeOptions(
                config == null ? Installation.config() : config,
                Installation.plugins(),
                Installation.work(),
                watchConfig,
                Duration.ofSeconds(watchInterval),
                watchPlugins,
                System.getenv());
    }
}
