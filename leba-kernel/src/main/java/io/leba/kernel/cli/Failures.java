package io.leba.kernel.cli;

import io.leba.kernel.config.ConfigException;
import io.leba.spi.control.Refused;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into words on standard error and an exit code. */
final class Failures implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult result) {
        if (failure instanceof ConfigException config) {
            config.problems().forEach(problem -> command.getErr().println(problem));
            int count = config.problems().size();
            command.getErr().println(count + (count == 1 ? " problem" : " problems"));
            return Exit.CONFIG;
        }
        if (failure instanceof Refused refused) {
            refused.problems().forEach(problem -> command.getErr().println("leba: " + problem));
            return refused.reason() == Refused.Reason.INVALID ? Exit.CONFIG : Exit.FAILED;
        }
        String message = failure instanceof NoSuchFileException missing
                ? missing.getFile() + ": no such file"
                : failure.getMessage() == null ? failure.toString() : failure.getMessage();
        command.getErr().println("leba: " + message);
        if (Boolean.getBoolean("leba.debug")) {
            failure.printStackTrace(command.getErr());
        }
        return Exit.FAILED;
    }
}
