package io.leba.kernel.cli;

import io.leba.kernel.admin.Validation;
import io.leba.kernel.config.ConfigException;
import io.leba.kernel.config.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code leba validate}. */
@Command(
        name = "validate",
        description =
                "Check a configuration with the installed plugins, without serving. Exits 0, or 3 with all problems.")
final class ValidateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration file. Default: conf/config.yaml of the installation.")
    private Path config;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "table|json",
            description = "How to print.")
    private OutputFormat output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws Exception {
        Logs.atLeast("off"); // what is wrong is listed
        Path file = config == null ? Installation.config() : config;
        List<Problem> problems = List.of();
        try {
            Validation.validate(file, Installation.plugins(), Installation.work(), System.getenv());
        } catch (ConfigException e) {
            problems = e.problems();
        }
        if (output == OutputFormat.JSON) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Problem problem : problems) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("file", problem.position().source());
                row.put("line", problem.position().line());
                row.put("column", problem.position().column());
                row.put("path", problem.position().path());
                row.put("message", problem.message());
                rows.add(row);
            }
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("valid", problems.isEmpty());
            document.put("problems", rows);
            spec.commandLine().getOut().println(Json.write(document));
        } else if (problems.isEmpty()) {
            spec.commandLine().getOut().println(file + ": valid");
        } else {
            problems.forEach(problem -> spec.commandLine().getErr().println(problem));
            spec.commandLine().getErr().println(problems.size() + (problems.size() == 1 ? " problem" : " problems"));
        }
        return problems.isEmpty() ? Exit.OK : Exit.CONFIG;
    }
}
