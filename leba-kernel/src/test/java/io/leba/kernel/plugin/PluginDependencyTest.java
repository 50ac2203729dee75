package io.leba.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.control.PluginInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginDependencyTest {
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
    void a_plugin_uses_the_classes_of_the_plugin_that_it_requires() throws IOException {
        // the name makes the dependent come first in the directory
        Path base = base("com.example.z", "1.4");
        dependent("com.example.a", base);

        PluginCatalog catalog = host.open();

        assertProblems(Map.of("com.example.a", "", "com.example.z", ""));
        ModuleLayer layer = catalog.realm("com.example.a").orElseThrow().layer();
        ModuleLayer baseLayer = catalog.realm("com.example.z").orElseThrow().layer();
        assertEquals(1, layer.modules().size());
        assertSame(baseLayer, layer.parents().get(0));
    }

    @Test
    void only_its_own_entry_points_are_asked() throws IOException {
        Path base = base("com.example.z", "1.4");
        dependent("com.example.a", base);

        PluginCatalog catalog = host.open();

        assertEquals(1, catalog.realm("com.example.a").orElseThrow().providers().size());
        assertEquals(1, catalog.realm("com.example.z").orElseThrow().providers().size());
    }

    @Test
    void a_chain_is_opened_from_its_end() throws IOException {
        Path c = base("com.example.c", "1");
        Path b = PluginJar.balancers("com.example.b", "b")
                .requires("transitive com.example.c", c)
                .directive("exports com.example.b")
                .source("Shared", "public class Shared extends com.example.c.Shared {}")
                .write(plugins.resolve("b.jar"));
        PluginJar.balancers("com.example.a", "a")
                .requires("com.example.b", b)
                .onModulePath(c)
                .source("Use", "class Use { Object c = new com.example.c.Shared(), b = new com.example.b.Shared(); }")
                .write(plugins.resolve("a.jar"));

        host.open();

        assertProblems(Map.of("com.example.a", "", "com.example.b", "", "com.example.c", ""));
    }

    @Test
    void a_missing_plugin_refuses_its_dependents_alone() throws IOException {
        Path base = base("com.example.z", "1.4");
        PluginJar.balancers("com.example.a", "a")
                .manifest("Plugin-Dependencies", "com.example.z")
                .write(plugins.resolve("a.jar"));
        PluginJar.balancers("com.example.b", "b")
                .manifest("Plugin-Dependencies", "com.example.a")
                .write(plugins.resolve("b.jar"));
        PluginJar.balancers("com.example.c", "c").write(plugins.resolve("c.jar"));
        Files.delete(base);

        host.open();

        assertProblems(Map.of(
                "com.example.a",
                "needs plugin com.example.z, which is not installed",
                "com.example.b",
                "needs plugin com.example.a, which could not be loaded",
                "com.example.c",
                ""));
    }

    @Test
    void a_plugin_of_a_version_out_of_range_refuses_its_dependent_alone() throws IOException {
        base("com.example.z", "1.4");
        PluginJar.balancers("com.example.a", "a")
                .manifest("Plugin-Dependencies", "com.example.z@>=2.0.0")
                .write(plugins.resolve("a.jar"));
        PluginJar.balancers("com.example.b", "b")
                .manifest("Plugin-Dependencies", "com.example.z@>=1.4.0 & <2.0.0")
                .write(plugins.resolve("b.jar"));

        host.open();

        assertProblems(Map.of(
                "com.example.a",
                "needs plugin com.example.z >=2.0.0, installed is 1.4",
                "com.example.b",
                "",
                "com.example.z",
                ""));
    }

    @Test
    void a_circle_is_named_and_refuses_only_its_members_and_who_needs_them() throws IOException {
        circle("com.example.a", "com.example.b");
        circle("com.example.b", "com.example.c");
        circle("com.example.c", "com.example.a");
        circle("com.example.d", "com.example.c");
        circle("com.example.e", "com.example.f");
        base("com.example.f", "1");

        host.open();

        String circle = "plugins require each other in a circle: com.example.a -> com.example.b -> com.example.c ->"
                + " com.example.a";
        assertProblems(Map.of(
                "com.example.a",
                circle,
                "com.example.b",
                circle,
                "com.example.c",
                circle,
                "com.example.d",
                "needs plugin com.example.c, which could not be loaded",
                "com.example.e",
                "",
                "com.example.f",
                ""));
    }

    @Test
    void a_plugin_that_requires_itself_is_a_circle() throws IOException {
        circle("com.example.a", "com.example.a");
        host.open();
        assertProblems(
                Map.of("com.example.a", "plugins require each other in a circle: com.example.a -> com.example.a"));
    }

    @Test
    void a_plugin_that_fails_refuses_its_dependents() throws IOException {
        Path good = base("com.example.z", "1");
        dependent("com.example.a", good);
        PluginJar.entryPoint("com.example.z", "throw new IllegalStateException(\"no\");")
                .directive("exports com.example.z")
                .source("Shared", "public class Shared {}")
                .write(good);

        host.open();

        assertProblems(Map.of(
                "com.example.a",
                "needs plugin com.example.z, which could not be loaded",
                "com.example.z",
                "com.example.z.EntryPoint.providers() failed: java.lang.IllegalStateException: no (at"
                        + " com.example.z.EntryPoint.providers(EntryPoint.java:4))"));
    }

    @Test
    void a_plugin_that_is_refused_unopened_refuses_its_dependents() throws IOException {
        Path good = base("com.example.z", "1");
        dependent("com.example.a", good);
        PluginJar.bare("com.example.z")
                .version("1")
                .source("Shared", "class Shared {}")
                .write(good);

        host.open();

        assertEquals(
                "needs plugin com.example.z, which could not be loaded (com.example.z.jar)",
                problems().get("com.example.a"));
    }

    @Test
    void a_disabled_plugin_refuses_its_dependents() throws IOException {
        dependent("com.example.a", base("com.example.z", "1"));
        host.disable("com.example.z");

        host.open();

        assertProblems(Map.of("com.example.a", "needs plugin com.example.z, which is disabled", "com.example.z", ""));
    }

    @Test
    void an_optional_plugin_may_be_missing_and_is_used_if_it_is_there() throws IOException {
        Path base = base("com.example.z", "1");
        PluginJar.entryPoint("com.example.a", """
                        try {
                            new com.example.z.Shared();
                            throw new IllegalStateException("there");
                        } catch (NoClassDefFoundError e) {
                            return List.of();
                        }
                        """)
                .requires("static com.example.z", base)
                .manifest("Plugin-Dependencies", "com.example.other?")
                .write(plugins.resolve("a.jar"));
        host.open();
        assertTrue(problems().get("com.example.a").contains("there"));

        Files.delete(base);
        host.adopt(host.scan());
        assertProblems(Map.of("com.example.a", ""));
    }

    @Test
    void a_library_in_the_jar_comes_before_a_plugin_of_that_name() throws IOException {
        Path base = base("com.example.z", "1");
        PluginJar.balancers("com.example.a", "a")
                .requires("com.example.z", base)
                .library(base)
                .write(plugins.resolve("a.jar"));
        Files.delete(base);

        PluginCatalog catalog = host.open();

        assertProblems(Map.of("com.example.a", ""));
        assertEquals(2, catalog.realms().get(0).layer().modules().size());
    }

    private Path base(String module, String version) throws IOException {
        return PluginJar.balancers(module, "base")
                .version(version)
                .directive("exports " + module)
                .source("Shared", "public class Shared {}")
                .write(plugins.resolve(module + ".jar"));
    }

    private void dependent(String module, Path base) throws IOException {
        PluginJar.balancers(module, "dependent")
                .requires("com.example.z", base)
                .source("Use", "class Use extends com.example.z.Shared {}")
                .write(plugins.resolve(module + ".jar"));
    }

    private void circle(String module, String next) throws IOException {
        PluginJar.balancers(module, module.substring(module.length() - 1))
                .manifest("Plugin-Dependencies", next)
                .write(plugins.resolve(module + ".jar"));
    }

    private void assertProblems(Map<String, String> expected) {
        assertEquals(new TreeMap<>(expected), problems());
    }

    private Map<String, String> problems() {
        Map<String, String> problems = new TreeMap<>();
        for (PluginInfo info : host.catalog().infos()) {
            problems.put(info.id(), info.problem());
        }
        return problems;
    }
}
