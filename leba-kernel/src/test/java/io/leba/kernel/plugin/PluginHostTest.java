package io.leba.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Provider;
import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.control.PluginInfo;
import io.leba.spi.health.HealthCheckProvider;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginHostTest {
    @TempDir
    Path directory;

    private Path plugins;
    private PluginHost host;

    @BeforeEach
    void start() throws IOException {
        plugins = Files.createDirectory(directory.resolve("plugins"));
        host = new PluginHost(plugins, directory.resolve("work"));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void the_spi_is_a_named_module_here_as_in_the_distribution() {
        assertTrue(Provider.class.getModule().isNamed());
        assertEquals("io.leba.kernel", PluginHost.class.getModule().getName());
    }

    @Test
    void a_missing_directory_is_an_empty_catalog() throws IOException {
        try (PluginHost empty = new PluginHost(directory.resolve("none"), directory.resolve("work2"))) {
            PluginCatalog catalog = empty.open();
            assertEquals(List.of(), catalog.realms());
            assertEquals(List.of(), catalog.infos());
        }
    }

    @Test
    void a_jar_becomes_a_realm_with_its_providers() throws IOException {
        PluginJar.balancers("com.example.maglev", "maglev", "maglev-fast")
                .version("1.4")
                .write(plugins.resolve("maglev.jar"));

        PluginCatalog catalog = host.open();

        Realm realm = catalog.realm("com.example.maglev").orElseThrow();
        assertEquals("1.4", realm.version());
        assertEquals(plugins.resolve("maglev.jar"), realm.jar());
        assertEquals(
                "com.example.maglev", realm.layer().modules().iterator().next().getName());
        assertEquals(
                List.of(new PluginInfo(
                        "com.example.maglev",
                        "1.4",
                        "started",
                        List.of("balancer maglev", "balancer maglev-fast"),
                        "maglev.jar",
                        "")),
                catalog.infos());
        var owned = catalog.provider(BalancerProvider.class, "maglev-fast").orElseThrow();
        assertEquals("maglev-fast", owned.provider().type());
        assertSame(realm, owned.realm());
        assertEquals(2, catalog.providers(BalancerProvider.class).size());
        assertTrue(catalog.provider(HealthCheckProvider.class, "maglev").isEmpty());
        assertTrue(catalog.provider(BalancerProvider.class, "other").isEmpty());
        assertSame(catalog, host.catalog());
    }

    @Test
    void a_configuration_record_needs_neither_export_nor_opens() throws Exception {
        PluginJar.balancers("com.example.maglev", "maglev").write(plugins.resolve("maglev.jar"));

        var owned = host.open().provider(BalancerProvider.class, "maglev").orElseThrow();
        Class<?> record = owned.provider().configType();
        Constructor<?> canonical = record.getDeclaredConstructor(int.class);
        canonical.setAccessible(true);

        assertEquals("Settings[size=7]", canonical.newInstance(7).toString());
        assertFalse(record.getModule().isOpen(record.getPackageName()), "open to the kernel alone");
    }

    @Test
    void each_realm_has_its_own_copy_of_a_nested_library() throws IOException {
        Path library = library("com.example.words", "1.0");
        for (String name : List.of("com.example.a", "com.example.b")) {
            PluginJar.entryPoint(name, "return com.example.words.Words.none();")
                    .requires("com.example.words", library)
                    .library(library)
                    .write(plugins.resolve(name + ".jar"));
        }

        PluginCatalog catalog = host.open();

        assertEquals(2, catalog.realms().size(), () -> catalog.infos().toString());
        assertNotSame(words(catalog, "com.example.a"), words(catalog, "com.example.b"));
        assertEquals(
                "com.example.words", words(catalog, "com.example.a").getModule().getName());
    }

    private static Class<?> words(PluginCatalog catalog, String id) {
        ModuleLayer layer = catalog.realm(id).orElseThrow().layer();
        return Class.forName(layer.findModule("com.example.words").orElseThrow(), "com.example.words.Words");
    }

    @Test
    void a_nested_library_without_descriptor_is_an_automatic_module() throws IOException {
        Path library = PluginJar.bare("com.example.words")
                .unnamed()
                .sourceIn("com.example.words", "Words", WORDS)
                .write(directory.resolve("old-words-2.3.jar"));
        PluginJar.entryPoint("com.example.a", "return com.example.words.Words.none();")
                .requires("old.words", library)
                .library(library)
                .write(plugins.resolve("a.jar"));

        Realm realm = host.open().realm("com.example.a").orElseThrow();

        assertTrue(realm.layer()
                .findModule("old.words")
                .orElseThrow()
                .getDescriptor()
                .isAutomatic());
    }

    @Test
    void libraries_may_be_unnamed_where_their_packages_are_split() throws IOException {
        Path one = PluginJar.bare("one")
                .unnamed()
                .sourceIn("com.example.words", "Words", WORDS)
                .write(directory.resolve("one.jar"));
        Path two = PluginJar.bare("two")
                .unnamed()
                .sourceIn("com.example.words", "More", "public class More extends Words {}")
                .onClassPath(one)
                .write(directory.resolve("two.jar"));
        PluginJar.entryPoint("com.example.a", "return com.example.words.More.none();")
                .onClassPath(one)
                .onClassPath(two)
                .library(one)
                .library(two)
                .manifest("LEBA-Libraries", "unnamed")
                .write(plugins.resolve("a.jar"));

        PluginCatalog catalog = host.open();

        assertEquals(
                "started", catalog.infos().get(0).state(), () -> catalog.infos().toString());
    }

    @Test
    void a_library_that_the_kernel_has_is_taken_from_the_kernel() throws IOException {
        Path words = PluginJar.bare("words")
                .unnamed()
                .sourceIn("com.example.words", "Words", WORDS)
                .write(directory.resolve("words.jar"));
        // both kinds: SLF4J has a descriptor, Micrometer is an automatic module, as is the library that is really
        // nested
        PluginJar.entryPoint("com.example.a", "return com.example.words.Words.none();")
                .source("Use", "class Use { Object log = org.slf4j.LoggerFactory.getLogger(\"x\"); }")
                .requires("words", words)
                .library(words)
                .library(ofTheKernel("org.slf4j"))
                .library(ofTheKernel("micrometer.core"))
                .write(plugins.resolve("a.jar"));

        PluginCatalog catalog = host.open();

        assertEquals("", catalog.infos().get(0).problem());
        assertEquals(
                Set.of("com.example.a", "words"),
                catalog.realms().get(0).layer().modules().stream()
                        .map(Module::getName)
                        .collect(Collectors.toSet()));
    }

    private static Path ofTheKernel(String module) {
        return ModuleLayer.boot()
                .configuration()
                .findModule(module)
                .flatMap(resolved -> resolved.reference().location())
                .map(Path::of)
                .orElseThrow();
    }

    @Test
    void a_plugin_sees_neither_the_kernel_nor_pf4j_nor_what_it_does_not_require() throws IOException {
        Path library = PluginJar.bare("words")
                .unnamed()
                .sourceIn("com.example.words", "Words", WORDS)
                .write(directory.resolve("words.jar"));
        for (String libraries : List.of("modules", "unnamed")) {
            for (String name : List.of("org.pf4j.Plugin", "io.leba.kernel.plugin.PluginHost")) {
                assertEquals("", visibility(name, libraries, library), name);
            }
        }
        assertEquals("", visibility("picocli.CommandLine", "modules", library));
        assertEquals("", visibility("org.junit.jupiter.api.Test", "modules", library));
        assertTrue(visibility("java.util.concurrent.Flow", "modules", library).contains("visible"));
        assertTrue(visibility("java.sql.Driver", "modules", library).contains("visible"));
        assertTrue(visibility("org.slf4j.Logger", "unnamed", library).contains("visible"));
    }

    private String visibility(String type, String libraries, Path library) throws IOException {
        PluginJar.entryPoint("com.example.a", """
                try {
                    Class.forName("%s");
                } catch (ClassNotFoundException e) {
                    return List.of();
                }
                throw new IllegalStateException("visible");
                """.formatted(type))
                .manifest("LEBA-Libraries", libraries)
                .library(library)
                .write(plugins.resolve("a.jar"));
        return host.scan().infos().get(0).problem();
    }

    @Test
    void a_plugin_may_have_several_entry_points_and_no_providers() throws IOException {
        PluginJar.entryPoint("com.example.a", "return List.of();")
                .source("Second", """
                        public class Second implements io.leba.spi.LebaPlugin {
                            public java.util.List<io.leba.spi.Provider<?, ?>> providers() { return java.util.List.of(); }
                        }
                        """)
                .without("provides")
                .directive("provides io.leba.spi.LebaPlugin with com.example.a.EntryPoint, com.example.a.Second")
                .write(plugins.resolve("a.jar"));

        assertEquals("started", host.open().infos().get(0).state());
    }

    @Test
    void a_classic_manifest_names_the_plugin() throws IOException {
        PluginJar.balancers("com.example.maglev", "maglev")
                .manifest("Plugin-Id", "maglev")
                .manifest("Plugin-Version", "3.1")
                .manifest("Plugin-Requires", ">=0.1.0")
                .write(plugins.resolve("a.jar"));

        Realm realm = host.open().realm("maglev").orElseThrow();

        assertEquals("3.1", realm.version());
    }

    @Test
    void a_classic_jar_without_module_descriptor_is_an_automatic_module() throws IOException {
        PluginJar.balancers("com.example.maglev", "maglev")
                .unnamed()
                .manifest("Plugin-Id", "old-maglev")
                .manifest("Plugin-Version", "3.1.0")
                .entry("META-INF/services/io.leba.spi.LebaPlugin", "com.example.maglev.EntryPoint\n".getBytes())
                .write(plugins.resolve("a.jar"));

        PluginCatalog catalog = host.open();

        Realm realm = catalog.realm("old-maglev").orElseThrow(() -> new AssertionError(catalog.infos()));
        assertTrue(realm.layer()
                .findModule("old.maglev")
                .orElseThrow()
                .getDescriptor()
                .isAutomatic());
        assertTrue(catalog.provider(BalancerProvider.class, "maglev").isPresent());
    }

    @Test
    void a_disabled_plugin_is_listed_and_none_of_its_code_runs() throws IOException {
        PluginJar.entryPoint("com.example.a", "throw new IllegalStateException(\"ran\");")
                .version("2")
                .write(plugins.resolve("a.jar"));
        host.disable("com.example.a");

        assertEquals(
                List.of(new PluginInfo("com.example.a", "2", "disabled", List.of(), "a.jar", "")),
                host.open().infos());

        host.enable("com.example.a");
        assertEquals("failed", host.scan().infos().get(0).state());
    }

    @Test
    void files_that_are_not_jars_are_not_looked_at() throws IOException {
        Files.writeString(plugins.resolve("README.md"), "x");
        Files.writeString(plugins.resolve(".half.jar"), "x");
        Files.createDirectory(plugins.resolve("folder.jar"));

        assertEquals(List.of(), host.open().infos());
    }

    @Test
    void a_closed_realm_says_so() throws IOException {
        PluginJar.balancers("com.example.maglev", "maglev").version("1").write(plugins.resolve("a.jar"));
        Realm realm = host.open().realms().get(0);
        host.close();

        assertFalse(realm.isOpen());
        assertEquals(
                "the realm of plugin com.example.maglev 1 is closed",
                assertThrows(IllegalStateException.class, realm::providers).getMessage());
    }

    private static final String WORDS = """
            public class Words {
                public static java.util.List<io.leba.spi.Provider<?, ?>> none() { return java.util.List.of(); }
            }
            """;

    private Path library(String module, String version) throws IOException {
        return PluginJar.bare(module)
                .source("Words", WORDS)
                .directive("exports " + module)
                .version(version)
                .write(directory.resolve(module + "-" + version + ".jar"));
    }
}
