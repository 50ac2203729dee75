package io.leba.kernel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.leba.spi.control.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code leba plugin …}: the plugins of a running node. */
@Command(
        name = "plugin",
        description = "Look at and change the plugins of a running node.",
        subcommands = {picocli.CommandLine.HelpCommand.class})
final class PluginCommand extends Subcommands {
    @Command(name = "list", description = "List the installed plugins.")
    int list(@Mixin NodeAt node) throws IOException {
        node.table("plugins", answer -> {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "VERSION", "STATE", "PROVIDES"));
            for (JsonNode plugin : answer) {
                rows.add(List.of(
                        plugin.path("id").asText().isEmpty()
                                ? plugin.path("jar").asText()
                                : plugin.path("id").asText(),
                        plugin.path("version").asText(),
                        plugin.path("state").asText(),
                        plugin.path("problem").asText().isEmpty()
                                ? joined(plugin.path("provides"))
                                : plugin.path("problem").asText()));
            }
            return rows;
        });
        return Exit.OK;
    }

    @Command(name = "info", description = "Tell all about one plugin.")
    int info(@Mixin NodeAt node, @Parameters(paramLabel = "ID", description = "The plugin's id.") String id)
            throws IOException {
        JsonNode found = null;
        List<String> ids = new ArrayList<>();
        for (JsonNode plugin : node.ask("plugins", Map.of())) {
            ids.add(plugin.path("id").asText());
            if (plugin.path("id").asText().equals(id)) {
                found = plugin;
            }
        }
        if (found == null) {
            throw new Refused(
                    Refused.Reason.NOT_FOUND, "there is no plugin '" + id + "'; installed: " + String.join(", ", ids));
        }
        node.print(found, plugin -> {
            List<String> lines = new ArrayList<>();
            plugin.properties().forEach(field -> {
                String value = field.getValue().isArray()
                        ? joined(field.getValue())
                        : field.getValue().asText();
                if (!value.isEmpty()) {
                    lines.add(String.format("%-10s %s", field.getKey(), value));
                }
            });
            return lines;
        });
        return Exit.OK;
    }

    @Command(name = "reload", description = "Open a plugin anew from its jar; without ID: take over the plugin folder.")
    int reload(
            @Mixin NodeAt node,
            @Parameters(paramLabel = "ID", arity = "0..1", description = "The plugin's id.") String id)
            throws IOException {
        return id == null ? node.change("plugin-rescan", Map.of()) : node.change("plugin-reload", Map.of("id", id));
    }

    @Command(
            name = "install",
            description = "Copy a jar into the plugin folder, in the place of the plugin of the same id, and use it.")
    int install(@Mixin NodeAt node, @Parameters(paramLabel = "FILE", description = "The jar.") Path jar)
            throws IOException {
        return node.change(
                "plugin-install", Map.of("jar", jar.toAbsolutePath().normalize().toString()));
    }

    @Command(name = "disable", description = "Leave a plugin out, now and after a restart.")
    int disable(@Mixin NodeAt node, @Parameters(paramLabel = "ID", description = "The plugin's id.") String id)
            throws IOException {
        return node.change("plugin-disable", Map.of("id", id));
    }

    @Command(name = "enable", description = "Use a plugin again that was disabled.")
    int enable(@Mixin NodeAt node, @Parameters(paramLabel = "ID", description = "The plugin's id.") String id)
            throws IOException {
        return node.change("plugin-enable", Map.of("id", id));
    }

    private static String joined(JsonNode list) {
        List<String> items = new ArrayList<>();
        list.forEach(item -> items.add(item.asText()));
        return String.join(", ", items);
    }
}
