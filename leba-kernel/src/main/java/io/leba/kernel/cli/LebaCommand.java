package io.leba.kernel.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code leba}: without a subcommand it is {@code leba run}. */
@Command(
        name = "leba",
        description = "A load balancer in which every feature is a plugin.",
        versionProvider = VersionCommand.class,
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 what was given has problems, 4 something would change (plan).",
            "Example: leba --config config.yaml"
        })
final class LebaCommand implements Callable<Integer> {
    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS = List.of(
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
            HelpCommand.class);

    @Mixin
    private RunOptions options;

    @Option(names = "--version", versionHelp = true, description = "Show the versions of LEBA, its SPI and Java.")
    private boolean version;

    /**
     * The command line that understands these arguments. Looking into all commands costs a tenth of a start, so that where a
     * node is started it knows no other.
     */
    static CommandLine line(String... arguments) {
        CommandLine line = new CommandLine(new LebaCommand());
        if (startsNode(arguments)) {
            line.addSubcommand(RunCommand.class);
        } else {
            COMMANDS.forEach(line::addSubcommand);
        }
        return line;
    }

    private static boolean startsNode(String... arguments) {
        boolean asksForHelp =
                Stream.of(arguments).anyMatch(argument -> argument.equals("-h") || argument.equals("--help"));
        return arguments.length > 0
                && !asksForHelp
                && (arguments[0].equals("run") || arguments[0].startsWith("-"))
                && Stream.of(arguments).skip(1).noneMatch(LebaCommand::isCommand);
    }

    /** Also after options: {@code leba --log FILE status} is refused as it always was. */
    private static boolean isCommand(String argument) {
        return argument.matches("[a-z]+") && !argument.matches("run|true|false|none|table|json");
    }

    @Override
    public Integer call() throws Exception {
        Logs.to(options.log());
        return Running.run(options);
    }
}
