package io.leba.kernel.admin;

import io.leba.kernel.plugin.ToyPlugin;
import io.leba.spi.control.AdminEndpoint;
import io.leba.spi.control.NodeState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A node with the toy plugin, and the file that it is configured by. */
final class ToyNode implements AutoCloseable {
    private final Path folder;
    private final Map<String, String> environment;
    private Node node;

    ToyNode(Path folder, Map<String, String> environment) throws IOException {
        this.folder = folder;
        this.environment = environment;
        ToyPlugin.install(folder.resolve("plugins"));
    }

    /** Writes a file beside the configuration. */
    void file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    Node serve(String text) throws IOException {
        file("config.yaml", text);
        node = Node.start(new NodeOptions(
                folder.resolve("config.yaml"),
                folder.resolve("plugins"),
                folder.resolve("work"),
                false,
                Duration.ofSeconds(30),
                false,
                environment));
        return node;
    }

    void reload(String text) throws IOException {
        long before = node.state().generation();
        file("config.yaml", text);
        node.reload();
        if (node.state().generation() != before + 1) {
            throw new AssertionError("was not published:\n" + text);
        }
    }

    Node node() {
        return node;
    }

    NodeState.FrontendState frontend(String name) {
        return node.state().frontends().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    NodeState.GroupState group(String name) {
        return node.state().groups().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    int port(String frontend) {
        String address = frontend(frontend).address();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    LineCaller call(String frontend) throws IOException {
        return new LineCaller(port(frontend));
    }

    /** What an instance of the toy plugin shows at its place: its identity, then what it was made with. */
    String instance(String place) {
        AdminEndpoint page = node.endpoints().stream()
                .filter(one -> one.path().equals("/" + place))
                .findFirst()
                .orElseThrow(() -> new AssertionError(place + " is not among "
                        + node.endpoints().stream().map(AdminEndpoint::path).toList()));
        try {
            byte[] shown =
                    page.get(new AdminEndpoint.Request(Map.of(), Map.of())).body();
            return page.title() + " " + new String(shown, StandardCharsets.UTF_8);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (node != null) {
            node.close();
        }
    }
}
