package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Opens;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modules' walls: what plugins require and show, and to whom the kernel shows anything. */
class DescriptorsIT {
    private static final String SPI = "io.leba.spi";
    private static final String KERNEL = "io.leba.kernel";

    /** Beside the SPI, the JDK and what a plugin brings itself. Each is of the platform: decision 1 says what that costs. */
    private static final Set<String> OF_THE_PLATFORM = Set.of(
            "io.netty.codec",
            "io.netty.codec.classes.quic",
            "io.netty.codec.http",
            "io.netty.handler",
            "io.netty.transport.classes.epoll",
            "io.netty.transport.unix.common",
            "org.yaml.snakeyaml");

    /** Who is let into the kernel: its tests' kit, and libraries that read its classes. */
    private static final Set<String> INSIDERS = Set.of("io.leba.testkit", "info.picocli");

    @TempDir
    private Path folder;

    @Test
    void pluginsRequireOnlyWhatTheyMayAndShowNothing() throws IOException {
        List<String> problems = new ArrayList<>();
        List<Path> jars = plugins();
        for (Path jar : jars) {
            problems.addAll(problems(descriptor(jar), brought(jar)));
        }
        assertTrue(jars.size() > 10, jars::toString);
        assertEquals(List.of(), problems);
    }

    @Test
    void theKernelShowsPluginsNothing() {
        ModuleDescriptor kernel = ModuleFinder.of(Layout.HOME.resolve("lib"))
                .find(KERNEL)
                .orElseThrow()
                .descriptor();
        assertEquals(List.of(), shown(kernel));
    }

    @Test
    void aModuleThatOverstepsIsFoundOut() {
        ModuleDescriptor plugin = ModuleDescriptor.newModule("bad.plugin")
                .requires(SPI)
                .requires(KERNEL)
                .requires("org.pf4j")
                .requires("java.base")
                .requires("of.its.own")
                .exports("bad.plugin.api")
                .opens("bad.plugin.config", Set.of(SPI))
                .build();
        assertEquals(
                List.of(
                        "bad.plugin requires io.leba.kernel",
                        "bad.plugin requires org.pf4j",
                        "bad.plugin exports bad.plugin.api",
                        "bad.plugin opens bad.plugin.config",
                        "bad.plugin provides nothing"),
                problems(plugin, Set.of("of.its.own")));

        ModuleDescriptor kernel = ModuleDescriptor.newModule(KERNEL)
                .exports("io.leba.kernel.thread")
                .exports("io.leba.kernel.admin", Set.of("io.leba.testkit"))
                .exports("io.leba.kernel.config", Set.of("io.leba.plugin.admin.api"))
                .opens("io.leba.kernel.cli")
                .packages(Set.of("io.leba.kernel.cli"))
                .build();
        assertEquals(
                List.of(
                        "io.leba.kernel exports io.leba.kernel.config to io.leba.plugin.admin.api",
                        "io.leba.kernel exports io.leba.kernel.thread to everybody",
                        "io.leba.kernel opens io.leba.kernel.cli to everybody"),
                shown(kernel));
    }

    private static List<String> problems(ModuleDescriptor plugin, Set<String> brought) {
        List<String> problems = new ArrayList<>();
        if (plugin.isOpen()) {
            problems.add(plugin.name() + " is an open module");
        }
        Set<String> required = new TreeSet<>();
        plugin.requires().forEach(one -> required.add(one.name()));
        if (!required.contains(SPI)) {
            problems.add(plugin.name() + " does not require " + SPI);
        }
        required.stream()
                .filter(name -> !name.equals(SPI)
                        && !ModuleFinder.ofSystem().find(name).isPresent()
                        && !brought.contains(name)
                        && !OF_THE_PLATFORM.contains(name))
                .forEach(name -> problems.add(plugin.name() + " requires " + name));
        plugin.exports().forEach(one -> problems.add(plugin.name() + " exports " + one.source()));
        plugin.opens().forEach(one -> problems.add(plugin.name() + " opens " + one.source()));
        if (plugin.provides().isEmpty()) {
            problems.add(plugin.name() + " provides nothing");
        }
        return problems;
    }

    /** What the kernel shows to others than its insiders. */
    private static List<String> shown(ModuleDescriptor kernel) {
        Stream<String> exported = kernel.exports().stream()
                .filter(one -> !one.isQualified() || !INSIDERS.containsAll(one.targets()))
                .map(one -> "exports " + one.source() + " to " + targets(one));
        Stream<String> opened = kernel.opens().stream()
                .filter(one -> !one.isQualified() || !INSIDERS.containsAll(one.targets()))
                .map(one -> "opens " + one.source() + " to " + targets(one));
        return Stream.concat(exported, opened)
                .map(text -> kernel.name() + " " + text)
                .sorted()
                .toList();
    }

    private static String targets(Exports one) {
        return one.isQualified() ? String.join(", ", new TreeSet<>(one.targets())) : "everybody";
    }

    private static String targets(Opens one) {
        return one.isQualified() ? String.join(", ", new TreeSet<>(one.targets())) : "everybody";
    }

    private static List<Path> plugins() throws IOException {
        try (Stream<Path> files = Files.list(Layout.HOME.resolve("plugins"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static ModuleDescriptor descriptor(Path jar) {
        return ModuleFinder.of(jar).findAll().iterator().next().descriptor();
    }

    /** The modules in the plugin's {@code META-INF/lib}. */
    private Set<String> brought(Path jar) throws IOException {
        Path into = Files.createDirectories(folder.resolve(jar.getFileName().toString()));
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().startsWith("META-INF/lib/")
                        && entry.getName().endsWith(".jar")) {
                    Files.copy(zip, into.resolve(Path.of(entry.getName()).getFileName()));
                }
            }
        }
        return ModuleFinder.of(into).findAll().stream()
                .map(ModuleReference::descriptor)
                .map(ModuleDescriptor::name)
                .collect(Collectors.toCollection(HashSet::new));
    }
}
