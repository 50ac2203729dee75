package io.leba.kernel.cli;

import io.leba.kernel.admin.Node;
import io.leba.spi.control.NodeState;
import io.leba.spi.control.NodeState.BackendState;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows how requests spread: on a terminal a table with bars that is drawn anew twice a second, elsewhere a line whenever
 * something changed in the last seconds.
 */
final class DemoScreen implements AutoCloseable {
    private static final int BAR = 30;
    private static final Map<String, String> COLOURS = Map.of("red", "31", "green", "32", "blue", "34");

    private final Node node;
    private final PrintWriter out;
    private final boolean isTerminal;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "demo-screen");
        thread.setDaemon(true);
        return thread;
    });
    private Map<String, Long> before = new HashMap<>();
    private int drawn;

    DemoScreen(Node node, PrintWriter out, boolean isTerminal) {
        this.node = node;
        this.out = out;
        this.isTerminal = isTerminal;
    }

    static boolean isTerminal() {
        return Logs.isTerminal() && System.getenv("TERM") != null && System.getenv("NO_COLOR") == null;
    }

    void start() {
        long millis = isTerminal ? 500 : 2000;
        timer.scheduleWithFixedDelay(() -> draw(millis), 0, millis, TimeUnit.MILLISECONDS);
    }

    private void draw(long millis) {
        List<BackendState> backends = new ArrayList<>();
        for (NodeState.GroupState group : node.state().groups()) {
            backends.addAll(group.backends());
        }
        List<String> lines = isTerminal ? table(backends, millis) : line(backends);
        if (isTerminal && drawn > 0) {
            out.print("\u001b[" + drawn + "A");
        }
        for (String line : lines) {
            out.print(line);
            out.print(isTerminal ? "\u001b[K\n" : "\n");
        }
        drawn = isTerminal ? lines.size() : 0;
        out.flush();
    }

    private List<String> line(List<BackendState> backends) {
        Map<String, Long> now = new HashMap<>();
        StringBuilder line = new StringBuilder("requests:");
        for (BackendState backend : backends) {
            now.put(backend.name(), backend.exchanges());
            line.append(' ').append(backend.name()).append('=').append(backend.exchanges());
            String standing = standing(backend);
            if (standing.equals("down") || !backend.admin().equals("ready")) {
                line.append(" (").append(standing).append(')');
            }
        }
        if (now.equals(before)) {
            return List.of();
        }
        before = now;
        return List.of(line.toString());
    }

    /** What an operator wants of it, where that says more than its health. */
    private static String standing(BackendState backend) {
        return backend.admin().equals("ready") ? backend.health() : backend.admin();
    }

    private List<String> table(List<BackendState> backends, long millis) {
        long most = Math.max(
                1, backends.stream().mapToLong(BackendState::exchanges).max().orElse(1));
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT, "%-8s %-9s %10s %8s %7s", "backend", "health", "requests", "per s", "failed"));
        for (BackendState backend : backends) {
            long rate =
                    (backend.exchanges() - before.getOrDefault(backend.name(), backend.exchanges())) * 1000 / millis;
            before.put(backend.name(), backend.exchanges());
            int bar = (int) (backend.exchanges() * BAR / most);
            lines.add(String.format(
                    Locale.ROOT,
                    "%-8s %-9s %10d %8d %7d  \u001b[%sm%s\u001b[0m",
                    backend.name(),
                    standing(backend),
                    backend.exchanges(),
                    rate,
                    backend.failures(),
                    COLOURS.getOrDefault(backend.name(), "0"),
                    "█".repeat(bar)));
        }
        return lines;
    }

    /** Draws once more, before the node stops. */
    void last() {
        timer.execute(() -> draw(1));
    }

    @Override
    public void close() {
        timer.shutdown();
    }
}
