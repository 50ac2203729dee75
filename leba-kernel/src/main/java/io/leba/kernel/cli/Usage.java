package io.leba.kernel.cli;

import io.leba.kernel.config.Suggestion;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and where help is. */
final class Usage implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String hint = hint(failure);
        command.getErr().println("leba: " + message(failure) + hint);
        if (hint.isEmpty()) {
            command.getErr()
                    .println("try '" + command.getCommandSpec().qualifiedName(" ")
                            + (command.getSubcommands().isEmpty() ? " --help'" : " help'"));
        }
        return Exit.USAGE;
    }

    /** What may have been meant by the first word that is not understood. */
    private static String hint(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        String word = unmatched.getUnmatched().get(0);
        CommandLine command = failure.getCommandLine();
        return Suggestion.hint(
                word,
                word.startsWith("-")
                        ? command.getCommandSpec().optionsMap().keySet()
                        : command.getSubcommands().keySet());
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
