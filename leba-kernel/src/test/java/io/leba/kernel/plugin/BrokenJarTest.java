package io.leba.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.balance.BalancerProvider;
import io.leba.spi.control.PluginInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which a jar can be bad: one clear message, and the good plugin beside it works all the same. */
class BrokenJarTest {
    private static final String NAME = "com.example.bad";

    @TempDir
    Path directory;

    private Path plugins;
    private Path bad;
    private PluginHost host;

    @BeforeEach
    void start() throws IOException {
        plugins = Files.createDirectory(directory.resolve("plugins"));
        bad = plugins.resolve("bad.jar");
        PluginJar.balancers("com.example.good", "good").version("1").write(plugins.resolve("good.jar"));
        host = new PluginHost(plugins, directory.resolve("work"));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void an_empty_file() throws IOException {
        Files.createFile(bad);
        assertProblem("the file is empty; expected a modular jar that provides io.leba.spi.LebaPlugin");
    }

    @Test
    void a_file_that_is_not_a_zip() throws IOException {
        Files.writeString(bad, "not a jar at all, but long enough to have room for a header");
        assertProblemStarts("not a readable jar (zip END header not found); it may be cut short or still being copied");
    }

    @Test
    void a_jar_cut_short_anywhere() throws IOException {
        byte[] whole =
                Files.readAllBytes(PluginJar.balancers(NAME, "bad").version("1").write(directory.resolve("whole.jar")));
        for (int length = 1; length < whole.length; length += 97) {
            Files.write(bad, Arrays.copyOf(whole, length));
            PluginRefused refused = assertThrows(PluginRefused.class, () -> host.trial(bad));
            assertTrue(refused.getMessage().startsWith("bad.jar: not a readable jar ("), refused.getMessage());
        }
    }

    @Test
    void a_jar_with_any_byte_flipped_is_refused_or_means_the_same() throws IOException {
        byte[] whole =
                Files.readAllBytes(PluginJar.balancers(NAME, "bad").version("1").write(directory.resolve("whole.jar")));
        int refusals = 0;
        for (int at = 0; at < whole.length; at += 13) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x55;
            Files.write(bad, flipped);
            try {
                Realm realm = host.trial(bad);
                assertEquals(NAME, realm.id(), "byte " + at);
                assertEquals("bad", realm.providers().get(0).type(), "byte " + at);
                host.close(realm);
            } catch (PluginRefused e) {
                refusals++;
            }
        }
        assertTrue(refusals > whole.length / 13 / 2, refusals + " of " + whole.length / 13);
    }

    @Test
    void an_entry_whose_checksum_does_not_match() throws IOException {
        byte[] content = "content that is stored and not packed".getBytes();
        CRC32 checksum = new CRC32();
        checksum.update(content);
        try (OutputStream file = Files.newOutputStream(bad);
                ZipOutputStream out = new ZipOutputStream(file)) {
            ZipEntry entry = new ZipEntry("data.txt");
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.length);
            entry.setCrc(checksum.getValue());
            out.putNextEntry(entry);
            out.write(content);
            out.closeEntry();
        }
        byte[] bytes = Files.readAllBytes(bad);
        bytes[new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("packed")]++;
        Files.write(bad, bytes);

        assertProblem("entry data.txt is corrupt (its checksum does not match); copy the jar again");
    }

    @Test
    void a_jar_that_is_not_a_module() throws IOException {
        PluginJar.balancers(NAME, "bad").unnamed().write(bad);
        assertProblem("it is not a module; a plugin has a module-info.java with 'requires io.leba.spi' and 'provides"
                + " io.leba.spi.LebaPlugin with …'");
    }

    @Test
    void a_module_that_provides_no_plugin() throws IOException {
        PluginJar.bare(NAME).version("1").source("Some", "class Some {}").write(bad);
        assertProblem("module com.example.bad provides no io.leba.spi.LebaPlugin; add 'provides io.leba.spi.LebaPlugin"
                + " with …' to its module-info.java");
    }

    @Test
    void a_descriptor_that_is_garbage() throws IOException {
        byte[] garbage = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 61, 0, 9, 1, 2, 3};
        PluginJar.bare(NAME).unnamed().entry("module-info.class", garbage).write(bad);
        assertProblemStarts("its module-info.class is not valid: ");
    }

    @Test
    void a_provider_class_that_the_jar_lacks() throws IOException {
        Path whole = PluginJar.balancers(NAME, "bad").write(directory.resolve("whole.jar"));
        try (java.nio.file.FileSystem zip = java.nio.file.FileSystems.newFileSystem(whole)) {
            Files.delete(zip.getPath("com/example/bad/EntryPoint.class"));
        }
        Files.move(whole, bad);
        assertProblem(
                "its descriptor provides io.leba.spi.LebaPlugin with com.example.bad.EntryPoint, but the jar has no"
                        + " such class");
    }

    @Test
    void a_provider_whose_package_the_jar_lacks() throws IOException {
        Path whole = PluginJar.entryPoint(NAME, "return List.of();").write(directory.resolve("whole.jar"));
        try (java.nio.file.FileSystem zip = java.nio.file.FileSystems.newFileSystem(whole)) {
            Files.delete(zip.getPath("com/example/bad/EntryPoint.class"));
        }
        Files.move(whole, bad);
        assertProblemStarts("it is not a usable module: ");
    }

    @Test
    void a_plugin_class_that_is_not_public() throws IOException {
        // the compiler would refuse it: compiled public, then replaced by a class that is not
        PluginJar.entryPoint(NAME, "return List.of();").write(directory.resolve("public.jar"));
        Path hidden = PluginJar.bare(NAME).source("EntryPoint", """
                        final class EntryPoint implements io.leba.spi.LebaPlugin {
                            public java.util.List<io.leba.spi.Provider<?, ?>> providers() { return java.util.List.of(); }
                        }
                        """).write(directory.resolve("hidden.jar"));
        transplant(hidden, directory.resolve("public.jar"), "com/example/bad/EntryPoint.class");
        assertProblem("its LebaPlugin cannot be made: io.leba.spi.LebaPlugin: class"
                + " com.example.bad.EntryPoint is not public");
    }

    @Test
    void a_plugin_class_that_is_no_plugin() throws IOException {
        PluginJar.entryPoint(NAME, "return List.of();").write(directory.resolve("public.jar"));
        Path other = PluginJar.bare(NAME)
                .source("EntryPoint", "public final class EntryPoint {}")
                .write(directory.resolve("other.jar"));
        transplant(other, directory.resolve("public.jar"), "com/example/bad/EntryPoint.class");
        assertProblemStarts("its LebaPlugin cannot be made: ");
    }

    @Test
    void a_constructor_that_throws() throws IOException {
        PluginJar.bare(NAME).entryPointSource("""
                        public final class EntryPoint implements LebaPlugin {
                            public EntryPoint() { throw new IllegalStateException("no licence\\nfound"); }
                            public List<Provider<?, ?>> providers() { return List.of(); }
                        }
                        """).version("1.0").write(bad);
        assertProblem("its LebaPlugin cannot be made: java.lang.IllegalStateException: no licence found (at"
                + " com.example.bad.EntryPoint.<init>(EntryPoint.java:4))");
        assertEquals("com.example.bad 1.0", info().id() + " " + info().version());
    }

    @Test
    void a_static_initialiser_that_throws() throws IOException {
        PluginJar.bare(NAME).entryPointSource("""
                        public final class EntryPoint implements LebaPlugin {
                            static final int X = Integer.parseInt("x");
                            public List<Provider<?, ?>> providers() { return List.of(); }
                        }
                        """).write(bad);
        assertProblemStarts(
                "its LebaPlugin cannot be made: java.lang.NumberFormatException: For input string: \"x\" (at ");
    }

    @Test
    void providers_that_throws_whatever_it_is() throws IOException {
        for (String thrown : List.of("java.lang.StackOverflowError", "java.lang.AssertionError", "Odd")) {
            PluginJar.entryPoint(NAME, "throw new " + thrown + "();")
                    .source("Odd", "class Odd extends RuntimeException { public String getMessage() { throw this; } }")
                    .write(bad);
            String name = thrown.equals("Odd") ? "com.example.bad.Odd" : thrown;
            assertProblem("com.example.bad.EntryPoint.providers() failed: " + name
                    + " (at com.example.bad.EntryPoint.providers(EntryPoint.java:4))");
        }
    }

    @Test
    void providers_that_needs_a_class_nobody_has() throws IOException {
        Path library = PluginJar.bare("gone")
                .unnamed()
                .sourceIn("gone", "Gone", "public class Gone {}")
                .write(directory.resolve("gone.jar"));
        PluginJar.entryPoint(NAME, "new gone.Gone(); return List.of();")
                .onClassPath(library)
                .write(bad);
        assertProblemStarts("com.example.bad.EntryPoint.providers() failed: java.lang.NoClassDefFoundError: gone/Gone");
    }

    @Test
    void providers_that_returns_null() throws IOException {
        PluginJar.entryPoint(NAME, "return null;").write(bad);
        assertProblem(
                "com.example.bad.EntryPoint.providers() returned null; expected a list, empty if there is nothing to"
                        + " provide");
    }

    @Test
    void providers_that_contains_null() throws IOException {
        PluginJar.entryPoint(NAME, "return Arrays.asList((Provider<?, ?>) null);")
                .write(bad);
        assertProblem("com.example.bad.EntryPoint.providers() contains null");
    }

    @Test
    void two_providers_of_one_type() throws IOException {
        PluginJar.balancers(NAME, "twin", "twin").write(bad);
        assertProblem("provides balancer twin twice; a type is unique within its kind");
    }

    @Test
    void a_type_that_another_plugin_provides() throws IOException {
        PluginJar.balancers("com.example.late", "good").write(plugins.resolve("late.jar"));
        PluginCatalog catalog = host.open();
        assertEquals(
                "provides balancer good, which com.example.good 1 (good.jar) provides already; remove one of them",
                catalog.infos().get(1).problem());
        assertEquals(
                "com.example.good",
                catalog.provider(BalancerProvider.class, "good")
                        .orElseThrow()
                        .realm()
                        .id());
    }

    @Test
    void a_type_that_is_not_a_word() throws IOException {
        for (String type : List.of("", "Round", "round robin", "-x", "x-", "9x", "x--y", "rund-rôbin")) {
            PluginJar.balancers(NAME, type).write(bad);
            assertProblem("com.example.bad.One.type() must be lower-case words joined by hyphens or underscores, got '"
                    + type + "'");
        }
    }

    @Test
    void a_type_that_is_null_and_a_type_that_throws() throws IOException {
        PluginJar.entryPoint(NAME, "return List.of(new Odd());")
                .source("Odd", odd("null", "Settings.class"))
                .write(bad);
        assertProblemStarts(
                "com.example.bad.Odd.type() must be lower-case words joined by hyphens or underscores, got null");
        PluginJar.entryPoint(NAME, "return List.of(new Odd());")
                .source("Odd", odd("List.of(\"x\").get(1)", "Settings.class"))
                .write(bad);
        assertProblemStarts("com.example.bad.Odd.type() failed: java.lang.IndexOutOfBoundsException");
    }

    @Test
    void a_configuration_that_is_no_record() throws IOException {
        PluginJar.entryPoint(NAME, "return List.of(new Odd());")
                .source("Odd", odd("\"x\"", "null"))
                .write(bad);
        assertProblem(
                "com.example.bad.Odd.configType() must be a record class, got null; io.leba.spi.config.NoConfig if it"
                        + " takes no keys");
        PluginJar.entryPoint(NAME, "return List.of(new Odd());")
                .source("Odd", odd("\"x\"", "(Class) String.class"))
                .write(bad);
        assertProblemStarts("com.example.bad.Odd.configType() must be a record class, got java.lang.String");
    }

    @Test
    void a_protocol_has_two_words_and_a_record_for_routes() throws IOException {
        PluginJar.entryPoint(NAME, "return List.of(new Odd());")
                .source("Odd", protocol("\"tls sip\"", "Odd.Settings.class"))
                .write(bad);
        assertProblem("com.example.bad.Odd.secureType() must be lower-case words joined by hyphens or underscores, got"
                + " 'tls sip'");
        PluginJar.entryPoint(NAME, "return List.of(new Odd());")
                .source("Odd", protocol("\"sips\"", "null"))
                .write(bad);
        assertProblemStarts("com.example.bad.Odd.routeType() must be a record class, got null");
        PluginJar.entryPoint(NAME, "return List.of(new Odd(), new Odd());")
                .source("Odd", protocol("\"\"", "Odd.Settings.class"))
                .write(bad);
        assertProblem("provides protocol sip twice; a type is unique within its kind");
        PluginJar.entryPoint("com.example.other", "return List.of(new Odd());")
                .source("Odd", protocol("\"sip\"", "Odd.Settings.class"))
                .write(bad);
        assertProblem("provides protocol sip twice; a type is unique within its kind");
    }

    @Test
    void a_second_word_of_a_protocol_is_its_own() throws IOException {
        PluginJar.entryPoint("com.example.a", "return List.of(new Odd());")
                .source("Odd", protocol("\"sips\"", "Odd.Settings.class"))
                .write(plugins.resolve("a.jar"));
        PluginJar.entryPoint(NAME, "return List.of(new Odd());")
                .source("Odd", protocol("\"\"", "Odd.Settings.class").replace("\"sip\"", "\"sips\""))
                .write(bad);
        assertProblem("provides protocol sips, which com.example.a (a.jar) provides already; remove one of them");
    }

    private static String protocol(String secure, String route) {
        return """
                final class Odd implements io.leba.spi.protocol.ProtocolProvider<Odd.Settings> {
                    record Settings() {}
                    public String type() { return "sip"; }
                    public String secureType() { return %s; }
                    public Class<Settings> configType() { return Settings.class; }
                    public Class<? extends Record> routeType() { return %s; }
                    public io.leba.spi.protocol.Protocol create(Settings c, io.leba.spi.Scope s) { return null; }
                }
                """.formatted(secure, route);
    }

    private static String odd(String type, String config) {
        return """
                import java.util.*;
                @SuppressWarnings({"unchecked", "rawtypes"})
                final class Odd implements io.leba.spi.balance.BalancerProvider<Odd.Settings> {
                    record Settings() {}
                    public String type() { return %s; }
                    public Class<Settings> configType() { return %s; }
                    public io.leba.spi.balance.BalancerPolicy create(Settings c, io.leba.spi.Scope s) { return null; }
                }
                """.formatted(type, config);
    }

    @Test
    void a_newer_spi() throws IOException {
        PluginJar.balancers(NAME, "bad").version("1.4").spi(spi("0.2.0")).write(bad);
        assertProblem("plugin com.example.bad 1.4 needs SPI >= 0.2, this is 0.1");
        PluginJar.balancers(NAME, "bad").version("1.4").spi(spi("1")).write(bad);
        assertProblem("plugin com.example.bad 1.4 needs SPI >= 1.0, this is 0.1");
    }

    @Test
    void an_spi_range_in_a_classic_manifest() throws IOException {
        PluginJar.balancers(NAME, "bad")
                .version("1.4")
                .manifest("Plugin-Requires", ">=0.2.0 & <2.0.0")
                .write(bad);
        assertProblem("plugin com.example.bad 1.4 needs SPI >=0.2.0 & <2.0.0, this is 0.1");
    }

    @Test
    void a_class_of_a_newer_java() throws IOException {
        byte[] future = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 1, 0};
        PluginJar.balancers(NAME, "bad")
                .entry("com/example/bad/Future.class", future)
                .write(bad);
        int running = Runtime.version().feature();
        assertProblem("com/example/bad/Future.class was compiled for Java 212, this is Java " + running
                + "; compile with" + " --release 17, or run LEBA on a newer Java");
    }

    @Test
    void a_class_of_a_newer_java_is_fine_where_only_newer_ones_look() throws IOException {
        byte[] future = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 1, 0};
        PluginJar.balancers(NAME, "bad")
                .manifest("Multi-Release", "true")
                .entry("META-INF/versions/212/com/example/bad/One.class", future)
                .write(bad);
        assertEquals("started", host.open().infos().get(0).state());
    }

    @Test
    void a_class_that_is_none() throws IOException {
        PluginJar.balancers(NAME, "bad")
                .entry("com/example/bad/X.class", "text".getBytes())
                .write(bad);
        assertProblem("entry com/example/bad/X.class is not a class file");
    }

    @Test
    void one_plugin_in_two_jars() throws IOException {
        PluginJar.balancers("com.example.good", "good").version("2").write(plugins.resolve("good-2.jar"));
        PluginCatalog catalog = host.open();
        assertEquals(1, catalog.realms().size());
        assertEquals("good-2.jar", catalog.realms().get(0).jar().getFileName().toString());
        assertEquals(
                "plugin com.example.good is in good-2.jar already (com.example.good 2); keep one of the two jars",
                catalog.infos().get(1).problem());
    }

    @Test
    void one_module_in_two_plugins() throws IOException {
        PluginJar.balancers("com.example.good", "other")
                .manifest("Plugin-Id", "other")
                .write(plugins.resolve("other.jar"));
        assertEquals(
                "module com.example.good is in good.jar already (com.example.good 1); keep one of the two jars",
                host.open().infos().get(1).problem());
    }

    @Test
    void a_nested_library_that_is_corrupt() throws IOException {
        PluginJar.balancers(NAME, "bad")
                .entry("META-INF/lib/words.jar", "nonsense".getBytes())
                .write(bad);
        assertProblemStarts("nested library META-INF/lib/words.jar: not a readable jar (");
        PluginJar.balancers(NAME, "bad")
                .entry("META-INF/lib/empty.jar", new byte[0])
                .write(bad);
        assertProblemStarts("nested library META-INF/lib/empty.jar: not a readable jar (");
    }

    @Test
    void a_nested_library_without_a_usable_name() throws IOException {
        Path library = PluginJar.bare("x").unnamed().entry("a.txt", new byte[1]).write(directory.resolve("7.jar"));
        PluginJar.balancers(NAME, "bad").library(library).write(bad);
        assertProblemStarts("nested library META-INF/lib/7.jar: it is not a usable module: ");
    }

    @Test
    void two_nested_libraries_of_one_name() throws IOException {
        for (String version : List.of("1", "2")) {
            PluginJar.bare("com.example.words").version(version).write(directory.resolve("words" + version + ".jar"));
        }
        PluginJar.balancers(NAME, "bad")
                .library(directory.resolve("words1.jar"))
                .library(directory.resolve("words2.jar"))
                .write(bad);
        assertProblem("two nested libraries are module com.example.words: words1.jar and words2.jar; keep one");
    }

    @Test
    void entries_that_point_outside() throws IOException {
        for (String name : List.of("META-INF/lib/../../../evil.jar", "/etc/x", "..\\x", "C:/x", "a/..", "..")) {
            PluginJar.balancers(NAME, "bad").entry(name, new byte[1]).write(bad);
            assertProblem("entry '" + name + "' points outside the jar; it is not unpacked");
        }
        assertTrue(Files.notExists(directory.resolve("evil.jar")));
        try (var files = Files.walk(directory)) {
            assertTrue(files.noneMatch(file -> file.endsWith("evil.jar")));
        }
    }

    @Test
    void nested_entries_that_are_no_libraries() throws IOException {
        for (String name : List.of("META-INF/lib/a/b.jar", "META-INF/lib/readme.txt", "META-INF/lib/a\\b.jar")) {
            PluginJar.balancers(NAME, "bad").entry(name, new byte[1]).write(bad);
            assertProblem("entry '" + name + "' is not a library; META-INF/lib holds *.jar files only");
        }
    }

    @Test
    void a_module_that_nobody_has() throws IOException {
        Path gone = PluginJar.bare("com.example.gone").write(directory.resolve("gone.jar"));
        PluginJar.balancers(NAME, "bad").requires("com.example.gone", gone).write(bad);
        assertProblem(
                "needs module com.example.gone, which is neither in its META-INF/lib, nor another plugin, nor part of"
                        + " LEBA");
    }

    @Test
    void a_library_that_needs_a_module_nobody_has() throws IOException {
        Path gone = PluginJar.bare("com.example.gone").write(directory.resolve("gone.jar"));
        Path words = PluginJar.bare("com.example.words")
                .requires("com.example.gone", gone)
                .write(directory.resolve("words.jar"));
        PluginJar.balancers(NAME, "bad")
                .requires("com.example.words", words)
                .onModulePath(gone)
                .library(words)
                .write(bad);
        assertProblem(
                "its modules cannot be resolved: Module com.example.gone not found, required by com.example.words;"
                        + " put it into the jar's META-INF/lib");
    }

    @Test
    void a_package_that_leba_has() throws IOException {
        Path whole = PluginJar.balancers(NAME, "bad").write(directory.resolve("whole.jar"));
        Path split = PluginJar.bare("x")
                .unnamed()
                .sourceIn("io.leba.spi.balance", "Mine", "class Mine {}")
                .write(directory.resolve("split.jar"));
        transplant(split, whole, "io/leba/spi/balance/Mine.class");
        assertProblemStarts(
                "its modules cannot be resolved: Module com.example.bad contains package io.leba.spi.balance, module io.leba.spi exports package"
                        + " io.leba.spi.balance to com.example.bad; a package may be in one module only, and in none of LEBA's");
    }

    @Test
    void two_modules_with_one_package() throws IOException {
        Path words = PluginJar.bare("com.example.words")
                .sourceIn("com.example.shared", "A", "public class A {}")
                .write(directory.resolve("words.jar"));
        PluginJar.balancers(NAME, "bad")
                .sourceIn("com.example.shared", "B", "class B {}")
                .requires("com.example.words", words)
                .library(words)
                .write(bad);
        assertProblemStarts("its modules cannot be resolved: Package com.example.shared in ");
    }

    @Test
    void a_module_named_like_one_of_leba() throws IOException {
        PluginJar.entryPoint("org.slf4j", "return List.of();")
                .without("requires")
                .directive("requires io.leba.spi")
                .spi(spi("0.1"))
                .write(bad);
        assertProblem("module org.slf4j is part of LEBA; a plugin's module needs a name of its own");
    }

    @Test
    void a_plugin_that_requires_the_kernel() throws IOException {
        Path kernel = PluginJar.bare("io.leba.kernel").without("requires").write(directory.resolve("kernel.jar"));
        PluginJar.balancers(NAME, "bad").requires("io.leba.kernel", kernel).write(bad);
        assertProblem(
                "module com.example.bad requires io.leba.kernel, which is the kernel's own; a plugin uses io.leba.spi");
    }

    @Test
    void a_library_that_requires_pf4j() throws IOException {
        Path pf4j = PluginJar.bare("pf4j").without("requires").write(directory.resolve("pf4j.jar"));
        Path words = PluginJar.bare("com.example.words").requires("pf4j", pf4j).write(directory.resolve("words.jar"));
        PluginJar.balancers(NAME, "bad").library(words).write(bad);
        assertProblem("module com.example.words requires pf4j, which is the kernel's own; a plugin uses io.leba.spi");
    }

    @Test
    void an_unknown_manner_of_libraries() throws IOException {
        PluginJar.balancers(NAME, "bad").manifest("LEBA-Libraries", "flat").write(bad);
        assertProblem("LEBA-Libraries in its manifest must be 'modules' or 'unnamed', got 'flat'");
    }

    @Test
    void an_id_that_is_a_path() throws IOException {
        PluginJar.balancers(NAME, "bad").manifest("Plugin-Id", "../../evil").write(bad);
        assertProblem("Plugin-Id '../../evil' in its manifest is not an id; use letters, digits, dots, hyphens and"
                + " underscores");
    }

    @Test
    void a_file_that_cannot_be_read() throws IOException {
        Files.createSymbolicLink(bad, directory.resolve("nowhere"));
        assertProblem("it is a symbolic link to " + directory.resolve("nowhere")
                + ", which is not there; put it there or remove the link");
    }

    @Test
    void a_trial_of_a_bad_jar_says_the_same() throws IOException {
        host.open();
        Files.createFile(bad);
        PluginRefused refused = assertThrows(PluginRefused.class, () -> host.trial(bad));
        assertEquals("bad.jar: " + refused.problem(), refused.getMessage());
        assertEquals("bad.jar", refused.jar());
        assertEquals("", refused.id() + refused.version());
    }

    /** Puts {@code entry} of {@code from} into {@code into} and installs that as the bad jar. */
    private void transplant(Path from, Path into, String entry) throws IOException {
        byte[] content;
        try (java.nio.file.FileSystem zip = java.nio.file.FileSystems.newFileSystem(from)) {
            content = Files.readAllBytes(zip.getPath(entry));
        }
        try (java.nio.file.FileSystem zip = java.nio.file.FileSystems.newFileSystem(into)) {
            Path target = zip.getPath(entry);
            Files.createDirectories(target.getParent());
            Files.write(target, content);
        }
        Files.move(into, bad);
    }

    /** The running SPI's classes under another module version. */
    private Path spi(String version) throws IOException {
        PluginJar spi = PluginJar.bare("io.leba.spi").without("requires").version(version);
        spi.directive("exports io.leba.spi").directive("exports io.leba.spi.balance");
        spi.sourceIn("io.leba.spi", "Provider", """
                public interface Provider<C extends Record, T> {
                    String type();
                    Class<C> configType();
                    T create(C config, Scope scope);
                }
                """);
        spi.sourceIn("io.leba.spi", "Scope", "public interface Scope {}");
        spi.sourceIn(
                "io.leba.spi",
                "LebaPlugin",
                "public interface LebaPlugin { java.util.List<Provider<?, ?>> providers(); }");
        spi.sourceIn(
                "io.leba.spi.balance",
                "BalancerPolicy",
                "public interface BalancerPolicy { Balancer compile(int[] set); }");
        spi.sourceIn("io.leba.spi.balance", "Balancer", "public interface Balancer { int pick(Object context); }");
        spi.sourceIn("io.leba.spi.balance", "BalancerProvider", """
                public interface BalancerProvider<C extends Record>
                        extends io.leba.spi.Provider<C, BalancerPolicy> {}
                """);
        return spi.write(directory.resolve("spi-" + version + ".jar"));
    }

    private PluginInfo info() {
        return host.catalog().infos().stream()
                .filter(info -> info.jar().equals("bad.jar"))
                .findFirst()
                .orElseThrow();
    }

    private void assertProblem(String expected) throws IOException {
        host.open();
        assertEquals(expected, info().problem());
        assertGoodOneWorks();
    }

    private void assertProblemStarts(String expected) throws IOException {
        host.open();
        assertTrue(info().problem().startsWith(expected), info().problem());
        assertGoodOneWorks();
    }

    private void assertGoodOneWorks() {
        assertEquals("failed", info().state());
        assertTrue(host.catalog().provider(BalancerProvider.class, "good").isPresent());
    }
}
