package io.leba.kernel.cli;

import io.leba.kernel.config.ConfigException;
import io.leba.spi.control.Refused;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
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
        command.getErr().println("leba: " + words(failure));
        if (Boolean.getBoolean("leba.debug")) {
            failure.printStackTrace(command.getErr());
        }
        return Exit.FAILED;
    }

    /** The JDK's exceptions about files often say the file's name and nothing else. */
    private static String words(Exception failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + ": may not be read or written by this user";
        }
        if (failure instanceof FileAlreadyExistsException file) {
            return file.getFile() + ": is a file, and a folder is needed there";
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
