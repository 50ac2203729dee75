package io.leba.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is in the distribution, unpacked and zipped. */
class LayoutIT {
    private static final String SPI = "io.leba.spi";
    private static final String KERNEL = "io.leba.kernel";
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

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

    @Test
    void hasEveryFileThatItsPagesLinkTo() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : Layout.files()) {
            if (!page.toString().endsWith(".md")) {
                continue;
            }
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                links++;
                if (!Files.exists(page.resolveSibling(link.group(1)).normalize())) {
                    broken.add(Layout.HOME.relativize(page) + " -> " + link.group(1));
                }
            }
        }
        assertTrue(links > 10, "links: " + links);
        assertEquals(List.of(), broken);
    }

    /** What cmd.exe cannot read in one go, and what would break in a folder such as "Program Files (x86)". */
    @Test
    void hasABatchFileThatFindsItsLabelsAndQuotesItsPaths() throws IOException {
        String batch = Files.readString(Layout.HOME.resolve("bin/leba.bat"));
        assertEquals(
                batch.lines().count(),
                batch.split("\r\n", -1).length - 1L,
                "labels are not found without carriage returns");
        Set<String> labels = new HashSet<>();
        Set<String> targets = new HashSet<>();
        int depth = 0;
        for (String line : batch.lines().toList()) {
            if (line.startsWith("rem ")) {
                continue;
            }
            if (line.startsWith(":")) {
                labels.add(line.substring(1));
            }
            Matcher jump = Pattern.compile("goto (\\w+)").matcher(line);
            while (jump.find()) {
                targets.add(jump.group(1));
            }
            if (line.equals(")")) {
                depth--;
            }
            // Between the quotes a path is safe; outside them, or in a block, its characters are syntax.
            String unquoted = line.replaceAll("\"[^\"]*\"", "");
            assertFalse(unquoted.matches(".*%(leba_(root|java|jdk|classes)|JAVA_HOME)%.*"), line);
            assertTrue(depth == 0 || !line.matches(".*%(leba_(root|java|jdk|classes)|JAVA_HOME)%.*"), line);
            if (line.endsWith("(")) {
                depth++;
            }
        }
        assertEquals(0, depth, "blocks are closed");
        assertEquals(labels, targets);
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
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
