package io.leba.kernel.cli;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and where help is. */
final class Usage implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("leba: " + failure.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
            command.getErr()
                    .println("try '" + command.getCommandSpec().qualifiedName(" ")
                            + (command.getSubcommands().isEmpty() ? " --help'" : " help'"));
        }
        return Exit.USAGE;
    }
}
