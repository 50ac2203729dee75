package io.leba.kernel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leba backend …}: the backends of a running node. */
@Command(
        name = "backend",
        description = "Look at and change the backends of a running node.",
        subcommands = {picocli.CommandLine.HelpCommand.class})
final class BackendCommand extends Subcommands {
    private static final String CONFIGURED = "configured";

    @Spec
    private CommandSpec spec;

    @Command(name = "list", description = "List the backends of all groups, or of one.")
    int list(
            @Mixin NodeAt node,
            @Parameters(paramLabel = "GROUP", arity = "0..1", description = "The group.") String group)
            throws IOException {
        node.table("state", state -> {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of(
                    "GROUP", "BACKEND", "ADDRESS", "ADMIN", "HEALTH", "WEIGHT", "IN FLIGHT", "EXCHANGES", "FAILED"));
            for (JsonNode one : state.path("groups")) {
                String name = one.path("name").asText();
                if (group == null || group.equals(name)) {
                    one.path("backends").forEach(backend -> rows.add(row(name, backend)));
                }
            }
            return rows;
        });
        return Exit.OK;
    }

    private static List<String> row(String group, JsonNode backend) {
        String reason = backend.path("reason").asText();
        return List.of(
                group,
                backend.path("name").asText(),
                backend.path("address").asText(),
                backend.path("admin").asText(),
                backend.path("health").asText() + (reason.isEmpty() ? "" : " (" + reason + ")"),
                backend.path("effectiveWeight").asText(),
                backend.path("inFlight").asText(),
                backend.path("exchanges").asText(),
                backend.path("failures").asText());
    }

    @Command(name = "drain", description = "Send nothing new; let it finish what it has.")
    int drain(@Mixin NodeAt node, @Mixin Which which) throws IOException {
        return change(node, "backend-drain", which, null);
    }

    @Command(name = "ready", description = "Send traffic again.")
    int ready(@Mixin NodeAt node, @Mixin Which which) throws IOException {
        return change(node, "backend-ready", which, null);
    }

    @Command(name = "disable", description = "As drain, and stop its health checks and close idle connections.")
    int disable(@Mixin NodeAt node, @Mixin Which which) throws IOException {
        return change(node, "backend-disable", which, null);
    }

    @Command(name = "weight", description = "Set the weight; 'configured' undoes it.")
    int weight(
            @Mixin NodeAt node,
            @Mixin Which which,
            @Parameters(index = "2", paramLabel = "WEIGHT", description = "A number, or 'configured'.") String weight)
            throws IOException {
        if (!weight.equals(CONFIGURED) && !weight.matches("\\d{1,9}")) {
            throw new ParameterException(
                    spec.commandLine(), "the weight must be a number or 'configured', got '" + weight + "'");
        }
        return change(node, "backend-weight", which, weight.equals(CONFIGURED) ? null : weight);
    }

    private static int change(NodeAt node, String request, Which which, String weight) throws IOException {
        Map<String, String> arguments = new TreeMap<>();
        arguments.put("group", which.group);
        arguments.put("backend", which.backend);
        if (weight != null) {
            arguments.put("weight", weight);
        }
        node.show(
                request,
                arguments,
                backend -> List.of(
                        "backend " + which.group + "/" + backend.path("name").asText() + ": "
                                + backend.path("admin").asText() + ", weight "
                                + backend.path("effectiveWeight").asText() + ", "
                                + backend.path("inFlight").asText() + " in flight"));
        return Exit.OK;
    }

    /** Which backend. */
    @Command
    static final class Which {
        @Parameters(index = "0", paramLabel = "GROUP", description = "The group.")
        private String group;

        @Parameters(index = "1", paramLabel = "BACKEND", description = "The backend's name in the group.")
        private String backend;
    }
}
