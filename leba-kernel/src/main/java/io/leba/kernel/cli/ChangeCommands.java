package io.leba.kernel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.leba.kernel.remote.RunningNode;
import io.leba.spi.control.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands that change a running node's configuration, or say what would change. */
final class ChangeCommands {
    private ChangeCommands() {}

    /** {@code leba status}. */
    @Command(name = "status", description = "Show what a running node serves.")
    static final class Status implements Callable<Integer> {
        @Mixin
        private NodeAt node;

        @Override
        public Integer call() throws IOException {
            node.show("state", Map.of(), Status::lines);
            return Exit.OK;
        }

        private static List<String> lines(JsonNode state) {
            List<String> lines = new ArrayList<>();
            lines.add(state.path("nodeId").asText() + ": leba "
                    + state.path("version").asText() + ", generation "
                    + state.path("generation").asText() + ", "
                    + (state.path("ready").asBoolean() ? "ready" : "not ready"));
            if (state.has("pid")) {
                lines.add("process " + state.path("pid").asLong() + ", which serves "
                        + state.path("config").asText());
            }
            state.path("frontends")
                    .forEach(one -> lines.add("frontend " + one.path("name").asText() + ": "
                            + one.path("protocol").asText() + " on "
                            + one.path("address").asText() + ", "
                            + one.path("connections").asText() + " connections, "
                            + one.path("exchanges").asText() + " exchanges"));
            state.path("groups").forEach(group -> {
                int up = 0;
                for (JsonNode backend : group.path("backends")) {
                    up += backend.path("effectiveWeight").asInt() > 0 ? 1 : 0;
                }
                lines.add("group " + group.path("name").asText() + ": "
                        + group.path("algorithm").asText() + ", " + up + " of "
                        + group.path("backends").size() + " backends take traffic");
            });
            return lines;
        }
    }

    /** {@code leba reload}. */
    @Command(name = "reload", description = "Read the configuration again, as SIGHUP does.")
    static final class Reload implements Callable<Integer> {
        @Mixin
        private NodeAt node;

        @Override
        public Integer call() throws IOException {
            return node.change("reload", Map.of());
        }
    }

    /** {@code leba plan}. */
    @Command(
            name = "plan",
            description =
                    "Show what a configuration would change in a running node. Exits 0 if nothing, 4 if something.")
    static final class PlanWhat implements Callable<Integer> {
        @Mixin
        private NodeAt node;

        @Mixin
        private NewText text;

        @Override
        public Integer call() throws IOException {
            JsonNode plan =
                    node.show("plan", text.arguments(), answer -> PlanText.lines(RunningNode.read(answer, Plan.class)));
            return plan.path("steps").isEmpty() ? Exit.OK : Exit.CHANGES;
        }
    }

    /** {@code leba apply}. */
    @Command(
            name = "apply",
            description = "Have a running node serve a new configuration, and write it to the node's own file.")
    static final class Apply implements Callable<Integer> {
        private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m|h)");

        @Spec
        private CommandSpec spec;

        @Mixin
        private NodeAt node;

        @Mixin
        private NewText text;

        @Option(
                names = "--confirm",
                paramLabel = "TIME",
                description = "Take it back after this time, as 60s or 5m, unless 'leba confirm' comes.")
        private String confirm;

        @Override
        public Integer call() throws IOException {
            Map<String, String> arguments = new TreeMap<>(text.arguments());
            if (confirm != null) {
                Matcher matcher = DURATION.matcher(confirm);
                if (!matcher.matches()) {
                    throw new ParameterException(
                            spec.commandLine(), "--confirm must be a time such as 60s or 5m, got '" + confirm + "'");
                }
                long unit = switch (matcher.group(2)) {
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    default -> 3_600_000;
                };
                arguments.put("confirm_millis", Long.toString(Long.parseLong(matcher.group(1)) * unit));
            }
            return node.change("apply", arguments);
        }
    }

    /** {@code leba confirm}. */
    @Command(name = "confirm", description = "Keep the configuration that 'leba apply --confirm' put on trial.")
    static final class Confirm implements Callable<Integer> {
        @Mixin
        private NodeAt node;

        @Override
        public Integer call() throws IOException {
            return node.change("confirm", Map.of());
        }
    }

    /** {@code leba rollback}. */
    @Command(name = "rollback", description = "Take back the configuration that 'leba apply --confirm' put on trial.")
    static final class Rollback implements Callable<Integer> {
        @Mixin
        private NodeAt node;

        @Override
        public Integer call() throws IOException {
            return node.change("rollback", Map.of());
        }
    }

    /** The new text of the configuration file. */
    @Command
    static final class NewText {
        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description =
                        "The new text of the node's configuration file. Default: what the node's own files hold now.")
        private Path file;

        Map<String, String> arguments() throws IOException {
            return file == null ? Map.of() : Map.of("text", Files.readString(file));
        }
    }
}
