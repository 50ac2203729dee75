package io.leba.kernel.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;

/** {@code leba}: without a subcommand it is {@code leba run}. */
@Command(
        name = "leba",
        description = "A load balancer in which every feature is a plugin.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 what was given has problems, 4 something would change (plan).",
            "Example: leba --config config.yaml"
        },
        subcommands = {
            RunCommand.class,
            ValidateCommand.class,
            DemoCommand.class,
            ChangeCommands.Status.class,
            ChangeCommands.Reload.class,
            ChangeCommands.PlanWhat.class,
            ChangeCommands.Apply.class,
            ChangeCommands.Confirm.class,
            ChangeCommands.Rollback.class,
            UpgradeCommand.class,
            BackendCommand.class,
            PluginCommand.class,
            PluginsCommand.class,
            ReferenceCommand.class,
            VersionCommand.class,
            HelpCommand.class
        })
final class LebaCommand implements Callable<Integer> {
    @Mixin
    private RunOptions options;

    @Override
    public Integer call() throws Exception {
        Logs.to(options.log());
        return Running.run(options);
    }
}
