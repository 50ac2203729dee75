package io.leba.kernel.cli;

import io.leba.kernel.admin.Node;
import io.leba.kernel.admin.NodeOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code leba demo}: three small backends in this process, and a node in front of them with the shipped configuration. */
@Command(name = "demo", description = "Start three small HTTP backends and balance between them. Ctrl-C ends it.")
final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            defaultValue = "5000",
            paramLabel = "PORT",
            description = "Where traffic is taken. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--api-port",
            defaultValue = "8080",
            paramLabel = "PORT",
            description = "Where metrics and state are shown. Default: ${DEFAULT-VALUE}.")
    private int apiPort;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "Another configuration for the same backends. It may use the variables of",
                "examples/demo/config.yaml, which is the default."
            })
    private Path config;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws Exception {
        Logs.atLeast("warn");
        if (config != null) {
            return run(config, "");
        }
        Path shipped = Installation.home().resolve("examples").resolve("demo").resolve("config.yaml");
        PrintWriter out = spec.commandLine().getOut();
        try (DemoFile copy = DemoFile.copyOf(shipped, Installation.work(), out)) {
            return run(copy.path(), "   (a copy: change it, and 'leba reload')");
        }
    }

    /** @param remark what is said beside the file's name */
    private int run(Path config, String remark) throws Exception {
        if (!Files.exists(config)) {
            throw new java.nio.file.NoSuchFileException(config.toString());
        }
        try (DemoBackends backends = new DemoBackends()) {
            Map<String, String> environment = new HashMap<>(System.getenv());
            List<Integer> ports = backends.ports();
            for (int i = 0; i < ports.size(); i++) {
                environment.put("DEMO_BACKEND_" + (i + 1), ports.get(i).toString());
            }
            environment.put("DEMO_PORT", Integer.toString(port));
            environment.put("DEMO_API_PORT", Integer.toString(apiPort));
            NodeOptions options = new NodeOptions(
                    config,
                    Installation.plugins(),
                    Installation.work(),
                    false,
                    Duration.ofSeconds(30),
                    true,
                    Map.copyOf(environment));
            StopSignals signals = StopSignals.install();
            Node node = Node.start(options);
            PrintWriter out = spec.commandLine().getOut();
            introduce(config + remark, out);
            Commands commands = Commands.take(node, config, Optional.of(Installation.controlSocket()), false);
            try (DemoScreen screen = new DemoScreen(node, out, DemoScreen.isTerminal())) {
                signals.onStop(() -> {
                    screen.last();
                    node.close();
                });
                screen.start();
                node.awaitStop();
            } finally {
                commands.close();
            }
            out.println("stopped");
            out.flush();
        }
        return Exit.OK;
    }

    private void introduce(String file, PrintWriter out) {
        out.println("LEBA balances between three demo backends: red, green and blue.");
        out.println();
        out.println("  try      curl http://127.0.0.1:" + port + "/        (again and again: the answer goes round)");
        out.println("  load     for i in $(seq 300); do curl -s http://127.0.0.1:" + port + "/; done | sort | uniq -c");
        out.println("  open     http://127.0.0.1:" + apiPort + "/           state and metrics");
        out.println("  metrics  curl http://127.0.0.1:" + apiPort + "/metrics");
        out.println("  config   " + file);
        out.println("  stop     Ctrl-C");
        out.println();
        out.flush();
    }
}
