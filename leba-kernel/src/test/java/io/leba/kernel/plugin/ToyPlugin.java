package io.leba.kernel.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A plugin with one small extension of each kind, for tests of the kernel as a whole. Its source is in {@code toy/}. */
public final class ToyPlugin {
    private static Path built;

    private ToyPlugin() {}

    /** Puts the jar into a folder. It is compiled once for all tests. */
    public static synchronized void install(Path plugins) throws IOException {
        if (built == null) {
            Path folder = Files.createTempDirectory("leba-toy");
            try (InputStream source = ToyPlugin.class.getResourceAsStream("/toy/EntryPoint.java.txt")) {
                String text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
                built = PluginJar.bare("com.example.toy")
                        .source("EntryPoint", text)
                        .directive("provides io.leba.spi.LebaPlugin with com.example.toy.EntryPoint")
                        .version("1.0")
                        .write(folder.resolve("toy.jar"));
            }
            folder.toFile().deleteOnExit();
            built.toFile().deleteOnExit();
        }
        Files.createDirectories(plugins);
        Files.copy(built, plugins.resolve("toy.jar"));
    }
}
