package io.leba.kernel.admin;

import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A node with the toy plugin in a folder of its own, and two backends that answer lines. */
public final class ServedNode implements AutoCloseable {
    public final Path folder;
    public final Path plugins;
    final LineBackend one = new LineBackend("one");
    final LineBackend two = new LineBackend("two");
    public Node node;

    /** @param folder an empty one */
    public ServedNode(Path folder) throws IOException {
        this.folder = folder;
        this.plugins = folder.resolve("plugins");
        ToyPlugin.install(plugins);
    }

    /** A configuration with two backends; {@code group} is written into the group. */
    public String yaml(String group) {
        return """
                event_loops: 2
                shutdown_timeout: 5s
                drain_timeout: 3s
                frontend_services:
                  - {name: front, protocol: line, address: 127.0.0.1, port: 0}
                backend_groups:
                  - {name: line, protocol: line%s}
                backends:
                  - {name: a, address: 127.0.0.1, port: %d, protocol: line}
                  - {name: b, address: 127.0.0.1, port: %d, protocol: line}
                """.formatted(group, one.port(), two.port());
    }

    public Path config() {
        return folder.resolve("config.yaml");
    }

    public Node serve(String text, boolean watchPlugins) throws IOException {
        Files.writeString(config(), text);
        node = Node.start(new NodeOptions(
                config(), plugins, folder.resolve("work"), false, Duration.ofSeconds(30), watchPlugins, Map.of()));
        return node;
    }

    LineCaller call() throws IOException {
        NodeState.FrontendState found = node.state().frontends().get(0);
        return new LineCaller(
                Integer.parseInt(found.address().substring(found.address().lastIndexOf(':') + 1)));
    }

    @Override
    public void close() throws IOException {
        if (node != null) {
            node.close();
        }
        one.close();
        two.close();
    }
}
