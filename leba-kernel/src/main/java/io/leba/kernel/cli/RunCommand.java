package io.leba.kernel.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code leba run}. */
@Command(name = "run", description = "Balance traffic as the configuration says, until stopped by a signal.")
final class RunCommand implements Callable<Integer> {
    @Mixin
    private RunOptions options;

    @Override
    public Integer call() throws Exception {
        Logs.to(options.log());
        return Running.run(options);
    }
}
