package io.leba.kernel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.leba.kernel.remote.RunningNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of commands that speak with a running node, and how they print what it answers. */
@Command(mixinStandardHelpOptions = false)
final class NodeAt {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--control-socket",
            paramLabel = "PATH",
            description = "Where the node listens. Default: work/control.sock of the installation.")
    private Path socket;

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

    private PrintWriter out() {
        return command.commandLine().getOut();
    }

    JsonNode ask(String request, Map<String, String> arguments) throws IOException {
        Logs.atLeast("off");
        return new RunningNode(socket == null ? Installation.controlSocket() : socket).ask(request, arguments);
    }

    /** Asks, and prints the answer as JSON or as the lines that are made of it. */
    JsonNode show(String request, Map<String, String> arguments, Function<JsonNode, List<String>> lines)
            throws IOException {
        JsonNode answer = ask(request, arguments);
        print(answer, lines);
        return answer;
    }

    /** Asks, and prints the answer as JSON or as a table. */
    void table(String request, Function<JsonNode, List<List<String>>> rows) throws IOException {
        JsonNode answer = ask(request, Map.of());
        if (output == OutputFormat.JSON) {
            out().println(Json.write(answer));
        } else {
            Table.print(rows.apply(answer), out());
        }
        out().flush();
    }

    void print(JsonNode answer, Function<JsonNode, List<String>> lines) {
        if (output == OutputFormat.JSON) {
            out().println(Json.write(answer));
        } else {
            lines.apply(answer).forEach(out()::println);
        }
        out().flush();
    }

    /** Has the node change something, and prints what came of it. */
    int change(String request, Map<String, String> arguments) throws IOException {
        show(request, arguments, answer -> {
            List<String> lines = new java.util.ArrayList<>();
            answer.path("lines").forEach(line -> lines.add(line.asText()));
            lines.add("generation " + answer.path("generation").asLong() + " serves");
            return lines;
        });
        return Exit.OK;
    }
}
