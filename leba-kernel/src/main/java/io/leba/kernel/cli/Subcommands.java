package io.leba.kernel.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that does nothing by itself: what it can do are its subcommands. */
abstract class Subcommands implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public final Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "missing command; one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
