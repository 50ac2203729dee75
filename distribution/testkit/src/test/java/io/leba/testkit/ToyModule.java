package io.leba.testkit;

import com.example.toys.ToysPlugin;
import io.leba.spi.LebaPlugin;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The toys as an author's build leaves them: a folder of classes with a module descriptor. */
public final class ToyModule {
    private static final String NAME = "com.example.toys";
    private static Path folder;

    private ToyModule() {}

    /** The folder, made once. */
    public static synchronized Path folder() {
        if (folder == null) {
            try {
                folder = make();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return folder;
    }

    private static Path make() throws IOException {
        Path made = Files.createTempDirectory("leba-toys");
        Path compiled = Path.of(ToysPlugin.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .resolve("com/example/toys");
        if (!Files.isDirectory(compiled)) {
            compiled = Path.of("target/test-classes/com/example/toys");
        }
        Path target = Files.createDirectories(made.resolve("com/example/toys"));
        try (Stream<Path> files = Files.list(compiled)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
        Path source = Files.createDirectories(made.resolve("source")).resolve("module-info.java");
        Files.writeString(
                source,
                "module " + NAME + " { requires io.leba.spi; provides io.leba.spi.LebaPlugin with " + NAME
                        + ".ToysPlugin; }");
        StringWriter output = new StringWriter();
        String path = ModuleLayer.boot().configuration().modules().stream()
                .flatMap(module -> module.reference().location().stream())
                .filter(location -> location.getScheme().equals("file"))
                .map(location -> Path.of(location).toString())
                .collect(Collectors.joining(java.io.File.pathSeparator));
        int result = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        new PrintWriter(output),
                        new PrintWriter(output),
                        "-d",
                        made.toString(),
                        "-p",
                        path,
                        "--release",
                        "17",
                        "--module-version",
                        "1.0",
                        source.toString());
        if (result != 0) {
            throw new IllegalStateException(output.toString());
        }
        Files.delete(source);
        return made;
    }

    /** The plugin, as its own tests would have it: a module beside the SPI. */
    public static LebaPlugin plugin() {
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration =
                boot.configuration().resolve(ModuleFinder.of(folder()), ModuleFinder.of(), Set.of(NAME));
        ModuleLayer.Controller controller = ModuleLayer.defineModulesWithOneLoader(
                configuration, List.of(boot), ClassLoader.getPlatformClassLoader());
        Module module = controller.layer().findModule(NAME).orElseThrow();
        for (Module reader : List.of(
                ToyModule.class.getModule(), boot.findModule("io.leba.kernel").orElseThrow())) {
            controller.addOpens(module, NAME, reader);
        }
        try {
            return (LebaPlugin) module.getClassLoader()
                    .loadClass(NAME + ".ToysPlugin")
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
