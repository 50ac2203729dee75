package io.leba.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.control.PluginInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginSwapTest {
    @TempDir
    Path directory;

    private Path plugins;
    private Path work;
    private PluginHost host;

    @BeforeEach
    void start() throws IOException {
        plugins = Files.createDirectory(directory.resolve("plugins"));
        work = directory.resolve("work");
        host = new PluginHost(plugins, work);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void nothing_changed_means_the_same_realms() throws IOException {
        maglev("1", "maglev");
        PluginCatalog first = host.open();

        PluginCatalog second = host.scan();

        assertSame(first.realms().get(0), second.realms().get(0));
        assertEquals(List.of(), host.adopt(second));
    }

    @Test
    void a_replaced_jar_is_opened_beside_the_one_that_serves() throws IOException {
        maglev("1", "maglev");
        other();
        PluginCatalog first = host.open();
        maglev("2", "maglev", "maglev-two");

        PluginCatalog second = host.scan();

        assertSame(first, host.catalog());
        Realm one = first.realm("com.example.maglev").orElseThrow();
        Realm two = second.realm("com.example.maglev").orElseThrow();
        assertEquals("1 then 2", one.version() + " then " + two.version());
        assertNotEquals(one.identity(), two.identity());
        assertSame(realm(first, "com.example.other"), realm(second, "com.example.other"));
        assertEquals("maglev", type(first));
        assertEquals("maglev", type(second));
        assertNotSame(
                provider(first).getClass(), provider(second).getClass(), "the same class name, from another realm");

        assertEquals(List.of(one), host.adopt(second));
        assertSame(second, host.catalog());
        assertTrue(one.isOpen());
        host.close(one);
        assertFalse(one.isOpen());
        assertTrue(two.isOpen());
    }

    @Test
    void a_new_jar_comes_and_a_removed_one_goes() throws IOException {
        maglev("1", "maglev");
        Realm one = host.open().realms().get(0);
        Files.delete(plugins.resolve("maglev.jar"));
        other();

        List<Realm> left = host.adopt(host.scan());

        assertEquals(List.of(one), left);
        assertEquals("com.example.other", host.catalog().realms().get(0).id());
    }

    @Test
    void a_discarded_candidate_leaves_nothing() throws IOException {
        maglev("1", "maglev");
        Realm one = host.open().realms().get(0);
        maglev("2", "maglev");
        PluginCatalog candidate = host.scan();

        host.discard(candidate);

        assertFalse(candidate.realms().get(0).isOpen());
        assertTrue(one.isOpen());
        assertEquals(2, workDirectories().size(), "its jar is installed");
        Files.delete(plugins.resolve("maglev.jar"));
        host.discard(host.scan());
        assertEquals(Set.of("com.example.maglev-" + one.sha256()), workDirectories());
    }

    @Test
    void a_discarded_candidate_cannot_be_adopted() throws IOException {
        maglev("1", "maglev");
        PluginCatalog candidate = host.scan();
        host.discard(candidate);

        assertThrows(IllegalStateException.class, () -> host.adopt(candidate));
        assertEquals(List.of(), host.catalog().realms());
    }

    @Test
    void a_replacement_that_fails_leaves_the_old_one_serving() throws IOException {
        maglev("1", "maglev");
        other();
        PluginCatalog first = host.open();
        PluginJar.entryPoint("com.example.maglev", "return null;").version("2").write(plugins.resolve("maglev.jar"));

        PluginCatalog second = host.scan();

        assertEquals(first.realms(), second.realms());
        assertEquals(
                new PluginInfo(
                        "com.example.maglev",
                        "1",
                        "started",
                        List.of("balancer maglev"),
                        "maglev.jar",
                        "com.example.maglev.EntryPoint.providers() returned null; expected a list, empty if there is"
                                + " nothing to provide; com.example.maglev 1 keeps serving"),
                second.infos().get(0));
    }

    @Test
    void a_replacement_that_cannot_be_read_leaves_the_old_one_serving() throws IOException {
        maglev("1", "maglev");
        PluginCatalog first = host.open();
        Files.writeString(plugins.resolve("maglev.jar"), "");

        PluginCatalog second = host.scan();

        assertEquals(first.realms(), second.realms());
        assertEquals(
                "the file is empty; expected a modular jar that provides io.leba.spi.LebaPlugin; com.example.maglev 1"
                        + " keeps serving",
                second.infos().get(0).problem());
        host.adopt(second);
        assertEquals(first.realms(), host.scan().realms());
    }

    @Test
    void a_second_jar_of_a_plugin_that_serves_does_not_replace_it() throws IOException {
        maglev("1", "maglev");
        PluginCatalog first = host.open();
        PluginJar.balancers("com.example.maglev", "maglev").version("2").write(plugins.resolve("a-maglev.jar"));

        PluginCatalog second = host.scan();

        assertEquals(first.realms(), second.realms());
        assertEquals(
                "plugin com.example.maglev is in maglev.jar already (com.example.maglev 1); keep one of the two jars",
                second.infos().get(0).problem());
    }

    @Test
    void a_new_plugin_never_takes_a_type_from_one_that_serves() throws IOException {
        maglev("1", "maglev");
        PluginCatalog first = host.open();
        PluginJar.balancers("com.example.a", "maglev").write(plugins.resolve("a.jar"));

        PluginCatalog second = host.scan();

        assertEquals(first.realms(), second.realms());
        assertTrue(second.infos().get(0).problem().startsWith("provides balancer maglev, which com.example.maglev 1"));
    }

    @Test
    void dependents_are_opened_anew_with_what_they_require() throws IOException {
        Path base = base("1", "public class Shared {}");
        dependent(base);
        other();
        PluginCatalog first = host.open();
        base("2", "public class Shared { public int more; }");

        PluginCatalog second = host.scan();

        assertNotSame(realm(first, "com.example.base"), realm(second, "com.example.base"));
        assertNotSame(realm(first, "com.example.dependent"), realm(second, "com.example.dependent"));
        assertSame(realm(first, "com.example.other"), realm(second, "com.example.other"));
        List<Realm> left = host.adopt(second);
        assertEquals(2, left.size());

        Realm oldBase = realm(first, "com.example.base");
        Realm oldDependent = realm(first, "com.example.dependent");
        host.close(oldBase);
        assertTrue(oldBase.isOpen(), "its dependent still needs its files");
        host.close(oldDependent);
        assertFalse(oldBase.isOpen());
        host.close(oldDependent);
    }

    @Test
    void a_replacement_that_breaks_a_dependent_is_held_back() throws IOException {
        Path base = base("1", "public class Shared {}");
        dependent(base);
        PluginCatalog first = host.open();
        PluginJar.balancers("com.example.base", "base")
                .version("2")
                .directive("exports com.example.base")
                .write(base);

        PluginCatalog second = host.scan();

        assertEquals(first.realms(), second.realms());
        String problem = second.infos().get(0).problem();
        assertTrue(
                problem.startsWith("breaks dependent.jar: com.example.dependent.EntryPoint.providers() failed:"),
                problem);
        assertTrue(problem.endsWith("; com.example.base 1 keeps serving"), problem);
        assertEquals(
                2,
                second.infos().stream()
                        .filter(info -> info.state().equals("started"))
                        .count());

        PluginRefused refused = assertThrows(PluginRefused.class, () -> host.propose(base));
        assertEquals("dependent.jar", refused.jar());
    }

    @Test
    void a_trial_opens_a_jar_and_changes_nothing() throws IOException {
        maglev("1", "maglev");
        Realm one = host.open().realms().get(0);
        Path jar = PluginJar.balancers("com.example.maglev", "maglev")
                .version("2")
                .write(directory.resolve("elsewhere/maglev.jar"));

        Realm trial = host.trial(jar);

        assertEquals("2", trial.version());
        assertEquals(List.of(one), host.catalog().realms());
        assertEquals(2, workDirectories().size());
        host.close(trial);
        assertFalse(trial.isOpen());
        assertTrue(one.isOpen());
        assertEquals(1, workDirectories().size());
    }

    @Test
    void a_trial_of_the_jar_that_serves_opens_it_a_second_time() throws IOException {
        maglev("1", "maglev");
        Realm one = host.open().realms().get(0);

        Realm trial = host.trial(plugins.resolve("maglev.jar"));

        assertNotSame(one, trial);
        assertNotSame(one.layer(), trial.layer());
        host.close(trial);
        assertEquals("maglev", one.providers().get(0).type());
        assertEquals(1, workDirectories().size(), "the copy they shared is still in use");
    }

    @Test
    void a_trial_is_refused_for_a_type_that_another_plugin_provides() throws IOException {
        maglev("1", "maglev");
        host.open();
        Path jar = PluginJar.balancers("com.example.a", "maglev").write(directory.resolve("a.jar"));

        PluginRefused refused = assertThrows(PluginRefused.class, () -> host.trial(jar));

        assertEquals("com.example.a", refused.id());
        assertEquals(
                "a.jar: provides balancer maglev, which com.example.maglev 1 (maglev.jar) provides already; remove one"
                        + " of them",
                refused.getMessage());
        assertEquals(1, workDirectories().size());
    }

    @Test
    void a_proposal_can_be_adopted() throws IOException {
        maglev("1", "maglev");
        Realm one = host.open().realms().get(0);
        Path jar = PluginJar.balancers("com.example.a", "a").write(directory.resolve("a.jar"));

        host.adopt(host.propose(jar));

        assertEquals(2, host.catalog().realms().size());
        assertSame(one, realm(host.catalog(), "com.example.maglev"));
    }

    @Test
    void a_disabled_plugin_leaves_with_the_next_catalog() throws IOException {
        maglev("1", "maglev");
        Realm one = host.open().realms().get(0);
        host.disable("com.example.maglev");

        assertEquals(List.of(one), host.adopt(host.scan()));
        assertEquals("disabled", host.catalog().infos().get(0).state());

        host.enable("com.example.maglev");
        host.adopt(host.scan());
        assertEquals("started", host.catalog().infos().get(0).state());
    }

    @Test
    void a_realm_in_use_is_not_closed() throws IOException {
        maglev("1", "maglev");
        Realm one = host.open().realms().get(0);

        assertEquals(
                "plugin com.example.maglev 1 is in use; adopt a catalog without it first",
                assertThrows(IllegalStateException.class, () -> host.close(one)).getMessage());
        assertTrue(one.isOpen());
    }

    private void maglev(String version, String... types) throws IOException {
        PluginJar.balancers("com.example.maglev", types).version(version).write(plugins.resolve("maglev.jar"));
    }

    private void other() throws IOException {
        PluginJar.balancers("com.example.other", "other").write(plugins.resolve("other.jar"));
    }

    private Path base(String version, String shared) throws IOException {
        return PluginJar.balancers("com.example.base", "base")
                .version(version)
                .directive("exports com.example.base")
                .source("Shared", shared)
                .write(plugins.resolve("base.jar"));
    }

    private void dependent(Path base) throws IOException {
        PluginJar.entryPoint("com.example.dependent", "new com.example.base.Shared(); return List.of();")
                .requires("com.example.base", base)
                .write(plugins.resolve("dependent.jar"));
    }

    private static Realm realm(PluginCatalog catalog, String id) {
        return catalog.realm(id).orElseThrow();
    }

    private static Object provider(PluginCatalog catalog) {
        return catalog.provider(BalancerProvider.class, "maglev").orElseThrow().provider();
    }

    private static String type(PluginCatalog catalog) {
        return ((BalancerProvider<?>) provider(catalog)).type();
    }

    private Set<String> workDirectories() throws IOException {
        try (Stream<Path> all = Files.list(work)) {
            return all.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .collect(Collectors.toSet());
        }
    }
}
