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
        command.getErr().println("leba: " + message(failure));
        if (!UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
            command.getErr()
                    .println("try '" + command.getCommandSpec().qualifiedName(" ")
                            + (command.getSubcommands().isEmpty() ? " --help'" : " help'"));
        }
        return Exit.USAGE;
    }

    /** A word where a command is expected was meant for one. */
    private static String message(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched
                && !failure.getCommandLine().getSubcommands().isEmpty()) {
            String word = unmatched.getUnmatched().get(0);
            if (!word.startsWith("-")) {
                return "there is no command '" + word + "'";
            }
        }
        return failure.getMessage();
    }
}
