package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is in the distribution, unpacked and zipped. */
class LayoutIT {
    private static final String SPI = "io.leba.spi";
    private static final String KERNEL = "io.leba.kernel";

    @Test
    void holdsWhatItsReaderLooksFor() {
        for (String file : List.of("bin/leba", "bin/leba.bat", "conf/config.yaml", "conf/log4j2.xml", "LICENSE")) {
            assertTrue(Files.isRegularFile(Layout.HOME.resolve(file)), file);
        }
        assertTrue(Files.isExecutable(Layout.LAUNCHER));
    }

    @Test
    void hasTheKernelAndOneJarForEachModuleInLib() {
        Set<ModuleReference> modules =
                ModuleFinder.of(Layout.HOME.resolve("lib")).findAll();

        Map<String, ModuleDescriptor> byName = modules.stream()
                .map(ModuleReference::descriptor)
                .collect(Collectors.toMap(ModuleDescriptor::name, d -> d));
        assertTrue(byName.keySet().containsAll(Set.of(KERNEL, SPI)), byName.keySet()::toString);
        assertEquals(fileNames(Layout.HOME.resolve("lib")).size(), byName.size(), "no two jars with one module name");
        assertEquals("0.1.0", byName.get(KERNEL).rawVersion().orElse("none"));
        assertEquals(
                List.of(),
                byName.get(KERNEL).exports().stream()
                        .filter(e -> !e.isQualified())
                        .toList());
    }

    @Test
    void hasPluginsThatAreNamedVersionedModulesWithoutWhatTheKernelHas() throws IOException {
        Set<String> boot = fileNames(Layout.HOME.resolve("lib"));
        for (String jar : fileNames(Layout.HOME.resolve("plugins"))) {
            Path file = Layout.HOME.resolve("plugins").resolve(jar);
            ModuleDescriptor module =
                    ModuleFinder.of(file).findAll().iterator().next().descriptor();

            assertTrue(!module.isAutomatic(), jar);
            assertTrue(module.rawVersion().isPresent(), jar);
            assertTrue(module.requires().stream().anyMatch(r -> r.name().equals(SPI)), jar);
            assertTrue(module.requires().stream().noneMatch(r -> r.name().startsWith(KERNEL)), jar);
            assertEquals(
                    List.of(), libraries(file).stream().filter(boot::contains).toList(), jar);
        }
    }

    @Test
    void isTheSameZippedAsUnpacked() throws IOException {
        Map<String, Long> unpacked = new TreeMap<>();
        for (Path file : Layout.files()) {
            unpacked.put(Layout.HOME.relativize(file).toString(), Files.size(file));
        }
        Path zip = Layout.HOME.resolveSibling("leba-" + System.getProperty("leba.version", "0.1.0") + ".zip");
        Map<String, Long> zipped = new TreeMap<>();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            file.stream()
                    .filter(entry -> !entry.isDirectory())
                    .forEach(entry -> zipped.put(inner(entry), entry.getSize()));
        }
        assertEquals(unpacked, zipped);
    }

    private static String inner(ZipEntry entry) {
        return entry.getName().substring(entry.getName().indexOf('/') + 1);
    }

    private static List<String> libraries(Path jar) throws IOException {
        try (ZipFile file = new ZipFile(jar.toFile())) {
            return file.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("META-INF/lib/") && name.endsWith(".jar"))
                    .map(name -> name.substring(name.lastIndexOf('/') + 1))
                    .toList();
        }
    }

    private static Set<String> fileNames(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
