package io.leba.kernel.plugin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.module.ResolvedModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds a plugin jar from source text, as an author's build would, with the compiler of the running JDK. */
final class PluginJar {
    private static final ToolProvider JAVAC = ToolProvider.findFirst("javac").orElseThrow();

    private final String module;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final List<String> directives = new ArrayList<>();
    private final List<Path> modulePath = new ArrayList<>();
    private final List<Path> classPath = new ArrayList<>();
    private String version = "";
    private String release = "17";
    private boolean named = true;
    private Path spi;

    private PluginJar(String module) {
        this.module = module;
    }

    /** A jar without any content but its module descriptor. */
    static PluginJar bare(String module) {
        return new PluginJar(module).directive("requires io.leba.spi");
    }

    /** A plugin that provides balancers of these types, with a configuration record that is neither public nor exported. */
    static PluginJar balancers(String module, String... types) {
        String list = Stream.of(types).map(type -> "new One(\"" + type + "\")").collect(Collectors.joining(", "));
        return entryPoint(module, "return List.of(" + list + ");")
                .source("One", """
                final class One implements io.leba.spi.balance.BalancerProvider<Settings> {
                    private final String type;
                    One(String type) { this.type = type; }
                    public String type() { return type; }
                    public Class<Settings> configType() { return Settings.class; }
                    public io.leba.spi.balance.BalancerPolicy create(Settings c, io.leba.spi.Scope s) {
                        return set -> context -> c.size();
                    }
                }
                """)
                .source("Settings", "record Settings(int size) {}");
    }

    /** A plugin with this body of {@code providers()}. */
    static PluginJar entryPoint(String module, String body) {
        return bare(module).entryPointSource("""
                public final class EntryPoint implements LebaPlugin {
                    public List<Provider<?, ?>> providers() { %s }
                }
                """.formatted(body));
    }

    /** Adds the class {@code EntryPoint} with this source and provides it. */
    PluginJar entryPointSource(String text) {
        return source("EntryPoint", "import io.leba.spi.*; import java.util.*;\n" + text)
                .directive("provides io.leba.spi.LebaPlugin with " + module + ".EntryPoint");
    }

    /** Adds a type to the package that is named like the module. */
    PluginJar source(String type, String text) {
        return sourceIn(module, type, text);
    }

    PluginJar sourceIn(String packageName, String type, String text) {
        sources.put(packageName.replace('.', '/') + "/" + type + ".java", "package " + packageName + ";\n" + text);
        return this;
    }

    PluginJar directive(String directive) {
        directives.add(directive);
        return this;
    }

    PluginJar without(String directive) {
        directives.removeIf(one -> one.startsWith(directive));
        return this;
    }

    PluginJar version(String text) {
        version = text;
        return this;
    }

    /** What {@code --release} gets. */
    PluginJar release(int feature) {
        release = Integer.toString(feature);
        return this;
    }

    /** Requires the module of another jar. */
    PluginJar requires(String other, Path jar) {
        modulePath.add(jar);
        return directive("requires " + other);
    }

    PluginJar onModulePath(Path jar) {
        modulePath.add(jar);
        return this;
    }

    /** Compiles against a jar that is no module at run time. */
    PluginJar onClassPath(Path jar) {
        classPath.add(jar);
        return this;
    }

    /** Compiles against another SPI than the running one. */
    PluginJar spi(Path other) {
        spi = other;
        return this;
    }

    /** Leaves out the module descriptor. */
    PluginJar unnamed() {
        named = false;
        return this;
    }

    PluginJar manifest(String name, String value) {
        manifest.put(name, value);
        return this;
    }

    PluginJar entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    PluginJar library(Path jar) throws IOException {
        return entry("META-INF/lib/" + jar.getFileName(), Files.readAllBytes(jar));
    }

    /** Compiles and packs. */
    Path write(Path jar) throws IOException {
        Path work = Files.createTempDirectory(Files.createDirectories(jar.getParent()), ".build-");
        Path classes = Files.createDirectories(work.resolve("classes"));
        List<String> files = writeSources(work.resolve("sources"));
        if (!files.isEmpty()) {
            compile(classes, files);
        }
        Files.deleteIfExists(jar);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifestFile())) {
            try (Stream<Path> compiled = Files.walk(classes)) {
                for (Path one : compiled.filter(Files::isRegularFile).sorted().toList()) {
                    put(out, classes.relativize(one).toString(), Files.readAllBytes(one));
                }
            }
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                put(out, entry.getKey(), entry.getValue());
            }
        }
        delete(work);
        return jar;
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(java.util.Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private Manifest manifestFile() throws IOException {
        Manifest file =
                new Manifest(new ByteArrayInputStream("Manifest-Version: 1.0\n".getBytes(StandardCharsets.UTF_8)));
        Attributes attributes = file.getMainAttributes();
        manifest.forEach((name, value) -> attributes.putValue(name, value));
        return file;
    }

    private List<String> writeSources(Path root) throws IOException {
        if (named) {
            String body = directives.stream().map(one -> "    " + one + ";\n").collect(Collectors.joining());
            sources.put("module-info.java", "module " + module + " {\n" + body + "}\n");
        }
        List<String> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = root.resolve(source.getKey());
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()).toString());
        }
        return files;
    }

    private void compile(Path classes, List<String> files) {
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "--release", release, "-proc:none"));
        String path = Stream.concat(modulePath.stream(), spi == null ? platform() : Stream.of(spi))
                .map(Path::toString)
                .collect(Collectors.joining(java.io.File.pathSeparator));
        String unnamed = Stream.concat(classPath.stream(), named ? Stream.of() : platform())
                .map(Path::toString)
                .collect(Collectors.joining(java.io.File.pathSeparator));
        arguments.addAll(List.of("-p", path, "-cp", unnamed));
        if (named && !classPath.isEmpty()) {
            arguments.addAll(List.of("--add-reads", module + "=ALL-UNNAMED"));
        }
        if (named && !version.isEmpty()) {
            arguments.addAll(List.of("--module-version", version));
        }
        arguments.addAll(files);
        StringWriter output = new StringWriter();
        PrintWriter printer = new PrintWriter(output);
        if (JAVAC.run(printer, printer, arguments.toArray(String[]::new)) != 0) {
            throw new IllegalStateException("does not compile:\n" + output);
        }
    }

    /** The SPI and what it requires, as they run here. */
    private static Stream<Path> platform() {
        return ModuleLayer.boot().configuration().modules().stream()
                .filter(module -> !module.name().equals("io.leba.kernel"))
                .map(ResolvedModule::reference)
                .flatMap(reference -> reference.location().stream())
                .filter(location -> location.getScheme().equals("file"))
                .map(Path::of);
    }

    private static void put(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }
}
