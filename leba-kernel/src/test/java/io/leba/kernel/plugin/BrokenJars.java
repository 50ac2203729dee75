package io.leba.kernel.plugin;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Jars that were good: what disks, copies and authors make of the plugin {@link ToyPlugin#always}. */
public final class BrokenJars {
    private static final long SEED = 20_260_702;
    private static final String MODULE = "com.example.always";
    private static final String CLASSES = "com/example/always/";

    private final byte[] good;
    private final Path folder;
    private final Random random = new Random(SEED);
    private final List<Broken> all = new ArrayList<>();

    /**
     * A broken jar.
     *
     * @param how what was done to it
     * @param mayBeOpened whether it may be good for all that can be told
     * @param says what a refusal says
     */
    public record Broken(String how, byte[] jar, boolean mayBeOpened, String says) {}

    private BrokenJars(byte[] good, Path folder) {
        this.good = good;
        this.folder = folder;
    }

    /**
     * All of them, the same each time.
     *
     * @param folder to build some in
     */
    public static List<Broken> of(Path good, Path folder) throws IOException {
        BrokenJars jars = new BrokenJars(Files.readAllBytes(good), folder);
        jars.bytes();
        jars.entries();
        jars.authors();
        return jars.all;
    }

    private void refused(String how, byte[] jar, String says) {
        all.add(new Broken(how, jar, false, says));
    }

    private void any(String how, byte[] jar) {
        all.add(new Broken(how, jar, true, ""));
    }

    /** Cut short, or with bits flipped. */
    private void bytes() {
        for (int i = 0; i < 40; i++) {
            int length = i == 0 ? 0 : random.nextInt(good.length);
            refused("cut at " + length, Arrays.copyOf(good, length), "");
        }
        refused("one byte short", Arrays.copyOf(good, good.length - 1), "not a readable jar");
        int directory = lastIndexOf(new byte[] {'P', 'K', 5, 6});
        int begin = integer(directory + 16);
        for (int i = 0; i < 20; i++) {
            any("bit in the directory", flipped(begin + random.nextInt(good.length - begin)));
            any("bit anywhere", flipped(random.nextInt(begin)));
        }
    }

    private byte[] flipped(int at) {
        byte[] jar = good.clone();
        jar[at] ^= (byte) (1 << random.nextInt(8));
        return jar;
    }

    private int lastIndexOf(byte[] part) {
        for (int at = good.length - part.length; ; at--) {
            if (Arrays.equals(good, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
    }

    private int integer(int at) {
        return good[at] & 0xFF | (good[at + 1] & 0xFF) << 8 | (good[at + 2] & 0xFF) << 16 | (good[at + 3] & 0xFF) << 24;
    }

    /** A whole zip whose entries are not what they were. */
    private void entries() throws IOException {
        Map<String, byte[]> entries = read(good);
        for (String name : entries.keySet()) {
            byte[] content = entries.get(name);
            if (name.endsWith(".class")) {
                refused("without " + name, with(name, null), "");
                refused("a text for " + name, with(name, "text".getBytes(StandardCharsets.UTF_8)), "");
                for (int i = 1; i < 4; i++) {
                    refused("half of " + name, with(name, Arrays.copyOf(content, content.length * i / 4)), "");
                }
                byte[] newer = content.clone();
                newer[7] = 99;
                refused("newer " + name, with(name, newer), "was compiled for Java 55");
                for (int i = 0; i < 6; i++) {
                    byte[] bent = content.clone();
                    bent[8 + random.nextInt(content.length - 8)] ^= (byte) (1 << random.nextInt(8));
                    any("a bit of " + name, with(name, bent));
                }
            }
        }
        any("without a manifest", with("META-INF/MANIFEST.MF", null));
        any("a manifest of garbage", with("META-INF/MANIFEST.MF", "\0\1\2: :\n\n\n ".getBytes(StandardCharsets.UTF_8)));
        refused("a path outside", with("../outside.class", entries.get(CLASSES + "Always.class")), "points outside");
        refused("an absolute path", with("/etc/outside", new byte[1]), "points outside");
        refused("a library outside", with("META-INF/lib/../../x.jar", good), "points outside");
        refused("a library of garbage", with("META-INF/lib/x.jar", new byte[100]), "nested library META-INF/lib/x.jar");
        refused("half a library", with("META-INF/lib/x.jar", Arrays.copyOf(good, good.length / 2)), "nested library");
        refused("a text for a library", with("META-INF/lib/x.txt", new byte[9]), "is not a library");
        any("itself for a library", with("META-INF/lib/x.jar", good));
        refused("a bomb", bomb("data.bin", 600), "unpacks to more than 512 MiB");
        refused("a library that is a bomb", bomb("META-INF/lib/x.jar", 600), "unpacks to more than 512 MiB");
    }

    /** An entry of so many MiB of zeros, in the good jar. */
    private byte[] bomb(String name, int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.setLevel(1);
            write(out, read(good));
            out.putNextEntry(new ZipEntry(name));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < size; i++) {
                out.write(zeros);
            }
            out.closeEntry();
        }
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> read(byte[] jar) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    /** The good jar with another content of an entry; null: without it. */
    private byte[] with(String name, byte[] content) throws IOException {
        Map<String, byte[]> entries = read(good);
        entries.remove(name);
        if (content != null) {
            entries.put(name, content);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            write(out, entries);
        }
        return bytes.toByteArray();
    }

    private static void write(ZipOutputStream out, Map<String, byte[]> entries) throws IOException {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            out.putNextEntry(new ZipEntry(entry.getKey()));
            out.write(entry.getValue());
            out.closeEntry();
        }
    }

    /** Built by an author who made a mistake. */
    private void authors() throws IOException {
        entryPoint("providers() throws", "throw new IllegalStateException(\"no\");", "providers() failed");
        entryPoint("providers() is null", "return null;", "returned null");
        entryPoint("providers() holds null", "return Arrays.asList((Provider<?, ?>) null);", "contains null");
        entryPoint("one provider twice", "return List.of(new Always(), new Always());", "twice");
        entryPoint("no providers", "return List.of();", "always");
        entryPoint("an error", "throw new StackOverflowError();", "StackOverflowError");
        provider("another type", text -> text.replace("\"always\"", "\"other\""), "always");
        provider("the type of another plugin", text -> text.replace("\"always\"", "\"round-robin\""), "round-robin");
        provider("a type that is none", text -> text.replace("\"always\"", "\"Not A Word\""), "lower-case");
        provider("create throws", create("throw new IllegalStateException(\"no\");"), "config.yaml:");
        provider("create is null", create("return null;"), "config.yaml:");
        provider("create overflows", create("return create(c, s);"), "config.yaml:");
        provider("create lacks a class", create("throw new NoClassDefFoundError(\"x/Y\");"), "config.yaml:");
        provider("create fails to assert", create("throw new AssertionError(\"no\");"), "config.yaml:");
        provider("compile throws", create("return set -> { throw new IllegalStateException(); };"), "config.yaml:");
        build("a constructor that throws", always(text -> text).entryPointSource("""
                public final class EntryPoint implements LebaPlugin {
                    public EntryPoint() { throw new IllegalStateException("no"); }
                    public List<Provider<?, ?>> providers() { return List.of(); }
                }
                """), "cannot be made");
        build("a static initialiser that throws", always(text -> text).entryPointSource("""
                public final class EntryPoint implements LebaPlugin {
                    static final int X = Integer.parseInt("x");
                    public List<Provider<?, ?>> providers() { return List.of(); }
                }
                """), "cannot be made");
        build(
                "a plugin that nobody has",
                healthy().manifest("Plugin-Dependencies", "com.example.absent"),
                "com.example.absent");
        build("a plugin that needs itself", healthy().manifest("Plugin-Dependencies", MODULE), MODULE);
        build("a newer SPI", healthy().manifest("Plugin-Requires", ">=9.0.0"), "needs SPI >=9.0.0, this is");
        build("an SPI range that is none", healthy().manifest("Plugin-Requires", "much newer"), "");
        for (String module : List.of("io.leba.kernel", "com.example.absent")) {
            Path there = PluginJar.bare(module).write(folder.resolve("module.jar")); // when it is compiled
            build("requires " + module, healthy().requires(module, there), module);
        }
    }

    private void entryPoint(String how, String body, String says) throws IOException {
        build(how, source(PluginJar.entryPoint(MODULE, body), text -> text), says);
    }

    private void provider(String how, UnaryOperator<String> edit, String says) throws IOException {
        build(how, source(PluginJar.entryPoint(MODULE, "return List.of(new Always());"), edit), says);
    }

    private static UnaryOperator<String> create(String body) {
        return text -> text.replace("return set -> context -> 0;", body);
    }

    private static PluginJar healthy() {
        return source(PluginJar.entryPoint(MODULE, "return List.of(new Always());"), text -> text);
    }

    private static PluginJar always(UnaryOperator<String> edit) {
        return source(PluginJar.bare(MODULE), edit);
    }

    private static PluginJar source(PluginJar jar, UnaryOperator<String> edit) {
        return jar.source("Always", edit.apply("""
                final class Always implements io.leba.spi.balance.BalancerProvider<io.leba.spi.config.NoConfig> {
                    public String type() { return "always"; }
                    public Class<io.leba.spi.config.NoConfig> configType() { return io.leba.spi.config.NoConfig.class; }
                    public io.leba.spi.balance.BalancerPolicy create(io.leba.spi.config.NoConfig c, io.leba.spi.Scope s) {
                        return set -> context -> 0;
                    }
                }
                """));
    }

    private void build(String how, PluginJar jar, String says) throws IOException {
        Path built = folder.resolve("built.jar");
        refused(how, Files.readAllBytes(jar.version("1.1").write(built)), says);
    }
}
