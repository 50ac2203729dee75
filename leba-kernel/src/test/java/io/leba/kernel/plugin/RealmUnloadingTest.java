package io.leba.kernel.plugin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Provider;
import io.leba.spi.balance.BalancerProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RealmUnloadingTest {
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
    void fifty_swaps_leave_no_loader_and_no_open_file() throws Exception {
        Path library = PluginJar.bare("com.example.words")
                .directive("exports com.example.words")
                .source("Words", "public class Words {}")
                .write(directory.resolve("words.jar"));
        Path unnamed = PluginJar.bare("x")
                .unnamed()
                .sourceIn("com.example.old", "Old", "public class Old {}")
                .write(directory.resolve("old.jar"));
        Path[] versions = new Path[2];
        for (int version = 0; version < 2; version++) {
            versions[version] = PluginJar.balancers("com.example.maglev", "maglev")
                    .version("1." + version)
                    .requires("com.example.words", library)
                    .directive("exports com.example.maglev")
                    .source("Use", "public class Use extends com.example.words.Words {}")
                    .library(library)
                    .write(directory.resolve("maglev-" + version + ".jar"));
        }
        PluginJar.entryPoint("com.example.unnamed", "new com.example.old.Old(); return List.of();")
                .requires("com.example.maglev", versions[0])
                .onModulePath(library)
                .onClassPath(unnamed)
                .library(unnamed)
                .manifest("LEBA-Libraries", "unnamed")
                .write(plugins.resolve("unnamed.jar"));
        Files.copy(versions[0], plugins.resolve("maglev.jar"));
        host.open();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

        for (int cycle = 0; cycle < 50; cycle++) {
            use(host.catalog());
            host.catalog().realms().forEach(realm -> loaders.add(new WeakReference<>(realm.loader())));
            Files.write(plugins.resolve("maglev.jar"), Files.readAllBytes(versions[(cycle + 1) % 2]));
            List<Realm> left = host.adopt(host.scan());
            assertEquals(2, left.size());
            left.forEach(host::close);
        }
        assertEquals(100, loaders.size());
        int serving = openFiles();
        assertTrue(serving >= 2 && serving <= 5, "the files of the realms that serve and the lock, not " + serving);

        host.close();

        assertEquals(0, openFiles());
        awaitCollected(host);
        assertTrue(loaders.stream().allMatch(loader -> loader.get() == null));
    }

    private static void use(PluginCatalog catalog) throws Exception {
        Provider<?, ?> provider =
                catalog.provider(BalancerProvider.class, "maglev").orElseThrow().provider();
        provider.configType().getDeclaredConstructors()[0].setAccessible(true);
        provider.configType().getRecordComponents()[0].getAnnotations();
        Module module = provider.getClass().getModule();
        Class.forName(module, "com.example.maglev.Use").getDeclaredConstructor().newInstance();
        try (InputStream resource = module.getResourceAsStream("META-INF/MANIFEST.MF")) {
            resource.readAllBytes();
        }
        URL resource = provider.getClass().getClassLoader().getResource("META-INF/MANIFEST.MF");
        try (InputStream in = resource.openStream()) {
            in.readAllBytes();
        }
    }

    @Test
    void a_realm_that_something_holds_is_counted_by_name_until_it_lets_go() throws IOException {
        PluginJar.balancers("com.example.maglev", "maglev").version("1.4").write(plugins.resolve("maglev.jar"));
        Realm realm = host.open().realms().get(0);
        List<Object> held = new ArrayList<>(realm.providers());
        Files.delete(plugins.resolve("maglev.jar"));
        host.adopt(host.scan()).forEach(host::close);

        System.gc();
        assertEquals(1, host.lingering());
        assertEquals(List.of("com.example.maglev 1.4"), host.lingeringRealms());

        held.clear();
        awaitCollected(host);
        assertFalse(realm.isOpen(), "who keeps a closed realm keeps none of its classes");
    }

    @Test
    void what_ordinary_plugins_do_holds_nothing() throws Exception {
        Path library = PluginJar.bare("com.example.words")
                .directive("exports com.example.words")
                .source("Words", """
                        public class Words {
                            private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(Words.class);
                            public static void log(String text) { LOG.debug(text, new IllegalStateException(text)); }
                        }
                        """)
                .write(directory.resolve("words.jar"));
        PluginJar.balancers("com.example.maglev", "maglev")
                .requires("com.example.words", library)
                .library(library)
                .source("Use", """
                        import io.netty.channel.*;
                        import io.netty.channel.embedded.EmbeddedChannel;
                        import io.netty.util.AttributeKey;
                        final class Use implements Runnable {
                            private static final AttributeKey<Use> KEY = AttributeKey.valueOf("com.example.maglev");
                            @ChannelHandler.Sharable static class Shared extends ChannelInboundHandlerAdapter {}
                            static class Own extends ChannelDuplexHandler {
                                @Override public void channelRead(ChannelHandlerContext context, Object message) {
                                    context.executor().execute(() -> context.fireChannelRead(message));
                                }
                            }
                            public void run() {
                                com.example.words.Words.log("by a library");
                                EmbeddedChannel channel = new EmbeddedChannel(new Shared(), new Own());
                                channel.attr(KEY).set(this);
                                channel.writeInbound("x");
                                channel.writeOutbound("y");
                                channel.finishAndReleaseAll();
                                String.format("%s %d", "x", 1).matches("[a-z]+");
                            }
                        }
                        """)
                .write(plugins.resolve("maglev.jar"));
        Realm realm = host.open().realms().get(0);
        run(realm, "com.example.maglev.Use");

        Files.delete(plugins.resolve("maglev.jar"));
        host.adopt(host.scan()).forEach(host::close);

        awaitCollected(host);
    }

    private static void run(Realm realm, String type) throws ReflectiveOperationException {
        Class<?> found = Class.forName(realm.layer().findModule(realm.id()).orElseThrow(), type);
        Constructor<?> constructor = found.getDeclaredConstructor();
        constructor.setAccessible(true);
        ((Runnable) constructor.newInstance()).run();
    }

    @Test
    void all_realms_log_through_the_context_of_the_kernel() throws Exception {
        PluginJar.balancers("com.example.maglev", "maglev").write(plugins.resolve("maglev.jar"));
        Realm realm = host.open().realms().get(0);

        assertSame(loggingContext(PluginHost.class.getClassLoader()), loggingContext(realm.loader()));
    }

    /** By reflection: the kernel does not read Log4j, which stands behind SLF4J at run time only. */
    private static Object loggingContext(ClassLoader loader) throws ReflectiveOperationException {
        return Class.forName("org.apache.logging.log4j.LogManager")
                .getMethod("getContext", ClassLoader.class, boolean.class)
                .invoke(null, loader, false);
    }

    @Test
    void a_failed_opening_leaves_no_loader_and_no_open_file() throws IOException {
        PluginJar.entryPoint("com.example.bad", "throw new Mine();")
                .source("Mine", "class Mine extends RuntimeException {}")
                .write(plugins.resolve("bad.jar"));
        PluginCatalog catalog = host.open();
        assertTrue(catalog.infos().get(0).problem().contains("com.example.bad.Mine"));
        PluginRefused refused = assertThrows(PluginRefused.class, () -> host.trial(plugins.resolve("bad.jar")));
        assertEquals(null, refused.getCause(), "a cause of the plugin's own class would hold its loader");
        host.close();
        assertEquals(0, openFiles());
    }

    @Test
    void overwriting_the_jar_of_a_loaded_plugin_does_no_harm() throws Exception {
        PluginJar.balancers("com.example.maglev", "maglev")
                .source("Late", "public class Late {}")
                .write(plugins.resolve("maglev.jar"));
        Realm realm = host.open().realms().get(0);
        Module module = realm.layer().findModule("com.example.maglev").orElseThrow();

        Files.write(plugins.resolve("maglev.jar"), new byte[100_000]);

        assertEquals(
                "Late",
                Class.forName(module, "com.example.maglev.Late").getSimpleName(),
                "a class that was not loaded before");
    }

    @Test
    void a_class_that_is_first_needed_after_the_close_is_not_found() throws IOException {
        PluginJar.balancers("com.example.maglev", "maglev")
                .source("Late", "public class Late {}")
                .write(plugins.resolve("maglev.jar"));
        Realm realm = host.open().realms().get(0);
        Module module = realm.layer().findModule("com.example.maglev").orElseThrow();
        Files.delete(plugins.resolve("maglev.jar"));
        host.adopt(host.scan()).forEach(host::close);

        assertEquals(null, Class.forName(module, "com.example.maglev.Late"));
    }

    @Test
    void jar_connections_are_not_cached() {
        assertFalse(URLConnection.getDefaultUseCaches("jar"));
    }

    private static void awaitCollected(PluginHost host) {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return host.lingering() == 0;
        });
    }

    /** Files of this test that the process has open. */
    @EnabledOnOs(OS.LINUX)
    private int openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            return (int) open.filter(this::isOurs).count();
        }
    }

    private boolean isOurs(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(directory.toRealPath());
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
