package io.leba.testkit;

import io.leba.testkit.node.PluginFiles;
import io.leba.testkit.node.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Serves a configuration with plugins that are not installed anywhere, to poke at them:
 *
 * <pre>{@code
 * java -p "$LEBA_HOME/lib:$LEBA_HOME/sdk/io/leba/leba-testkit/0.1.0" -Dleba.home="$LEBA_HOME" \
 *     --add-modules ALL-DEFAULT,ALL-MODULE-PATH \
 *     -m io.leba.testkit/io.leba.testkit.Playground target/classes config.yaml
 * }</pre>
 *
 * Plugins are jars or folders of classes; those of the LEBA that {@code leba.home} names are there too. The configuration is
 * copied; paths in it that are relative start at its copy. Ctrl-C ends it.
 */
public final class Playground {
    private Playground() {}

    /** @param arguments plugins, as many as wanted, and a configuration file at the end */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 0) {
            System.err.println("usage: Playground [plugin.jar|classes]... config.yaml");
            System.exit(2);
        }
        TestNode.Builder builder = TestNode.builder();
        List.of(arguments).subList(0, arguments.length - 1).forEach(place -> builder.plugin(Path.of(place)));
        System.getenv().forEach(builder::variable);
        TestNode node = start(builder, Path.of(arguments[arguments.length - 1]));
        Runtime.getRuntime().addShutdownHook(new Thread(node::close, "playground-end"));
        node.control()
                .plugins()
                .forEach(plugin -> System.out.println("plugin " + plugin.id() + " " + plugin.version() + " "
                        + plugin.state() + (plugin.problem().isEmpty() ? "" : ": " + plugin.problem())));
        node.state()
                .frontends()
                .forEach(frontend -> System.out.println("frontend " + frontend.name() + " (" + frontend.protocol()
                        + ") listens on " + frontend.address()));
        System.out.println("plugins are in " + node.folder().resolve(PluginFiles.FOLDER) + "; Ctrl-C ends it");
        node.awaitStop();
    }

    private static TestNode start(TestNode.Builder builder, Path config) throws IOException {
        try {
            return builder.start(Files.readString(config));
        } catch (RuntimeException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            throw e;
        }
    }
}
