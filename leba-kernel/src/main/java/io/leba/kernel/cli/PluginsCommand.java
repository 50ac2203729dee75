package io.leba.kernel.cli;

import io.leba.kernel.plugin.PluginHost;
import io.leba.spi.control.PluginInfo;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code leba plugins}. */
@Command(
        name = "plugins",
        description =
                "List the installed plugins: identity, version, state, what each provides. Exits 1 if one is broken.")
final class PluginsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

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
        Logs.atLeast("off"); // what is wrong with a plugin stands in the list
        List<PluginInfo> plugins;
        try (PluginHost host = new PluginHost(Installation.plugins(), Installation.work())) {
            plugins = host.open().infos();
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.JSON) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (PluginInfo plugin : plugins) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("id", plugin.id());
                row.put("version", plugin.version());
                row.put("state", plugin.state());
                row.put("provides", plugin.provides());
                row.put("jar", plugin.jar());
                row.put("problem", plugin.problem());
                rows.add(row);
            }
            out.println(Json.write(rows));
        } else if (plugins.isEmpty()) {
            out.println("no plugins in " + Installation.plugins());
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "VERSION", "STATE", "PROVIDES"));
            for (PluginInfo plugin : plugins) {
                String id = plugin.id().isEmpty() ? plugin.jar() : plugin.id();
                String what = plugin.problem().isEmpty()
                        ? String.join(", ", plugin.provides())
                        : plugin.jar() + ": " + plugin.problem();
                rows.add(List.of(id, plugin.version(), plugin.state(), what));
            }
            Table.print(rows, out);
        }
        return plugins.stream().allMatch(plugin -> plugin.problem().isEmpty()) ? Exit.OK : Exit.FAILED;
    }
}
