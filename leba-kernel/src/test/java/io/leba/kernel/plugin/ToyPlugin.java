package io.leba.kernel.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A plugin with one small extension of each kind, for tests of the kernel as a whole. Its source is in {@code toy/}. */
public final class ToyPlugin {
    private static Path built;

    private ToyPlugin() {}

    /** Puts the jar into a folder. It is compiled once for all tests. */
    public static synchronized void install(Path plugins) throws IOException {
        if (built == null) {
            Path folder = Files.createTempDirectory("leba-toy");
            try (InputStream source = ToyPlugin.class.getResourceAsStream("/toy/EntryPoint.java.txt")) {
                String text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
                built = PluginJar.bare("com.example.toy")
                        .source("EntryPoint", text)
                        .directive("provides io.leba.spi.LebaPlugin with com.example.toy.EntryPoint")
                        .version("1.0")
                        .write(folder.resolve("toy.jar"));
            }
            folder.toFile().deleteOnExit();
            built.toFile().deleteOnExit();
        }
        Files.createDirectories(plugins);
        Files.copy(built, plugins.resolve("toy.jar"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** Another version of the plugin, made by changing its source. */
    public static Path variant(Path target, String version, java.util.function.UnaryOperator<String> edit)
            throws IOException {
        try (InputStream source = ToyPlugin.class.getResourceAsStream("/toy/EntryPoint.java.txt")) {
            String text = edit.apply(new String(source.readAllBytes(), StandardCharsets.UTF_8));
            return PluginJar.bare("com.example.toy")
                    .source("EntryPoint", text)
                    .directive("provides io.leba.spi.LebaPlugin with com.example.toy.EntryPoint")
                    .version(version)
                    .write(target);
        }
    }

    /** A plugin of its own with the balancer {@code always}, which always takes the same backend. */
    public static Path always(Path target, String version, int index) throws IOException {
        return PluginJar.entryPoint("com.example.always", "return List.of(new Always());")
                .source("Always", """
                        final class Always implements io.leba.spi.balance.BalancerProvider<io.leba.spi.config.NoConfig> {
                            public String type() { return "always"; }
                            public Class<io.leba.spi.config.NoConfig> configType() { return io.leba.spi.config.NoConfig.class; }
                            public io.leba.spi.balance.BalancerPolicy create(io.leba.spi.config.NoConfig c, io.leba.spi.Scope s) {
                                return set -> context -> %d;
                            }
                        }
                        """.formatted(index))
                .version(version)
                .write(target);
    }

    /**
     * A plugin of its own with the protocol {@code greeting}: the server speaks first. It recognises {@code ~}, and clients that
     * say {@code >>}.
     */
    public static Path greeting(Path target) throws IOException {
        return PluginJar.entryPoint("com.example.greeting", "return List.of(new Greeting());")
                .source("Greeting", """
                        import io.leba.spi.protocol.*;
                        import io.netty.buffer.*;
                        import io.netty.channel.*;
                        import java.nio.charset.StandardCharsets;
                        final class Greeting implements ProtocolProvider<io.leba.spi.config.NoConfig> {
                            record Table() implements Protocol.RouteTable {}
                            public String type() { return "greeting"; }
                            public String secureType() { return "greetings"; }
                            public Class<io.leba.spi.config.NoConfig> configType() { return io.leba.spi.config.NoConfig.class; }
                            public Detector detector() {
                                return new Detector() {
                                    public boolean serverSpeaksFirst() { return true; }
                                    public Detection detect(ByteBuf bytes) {
                                        int at = bytes.readerIndex();
                                        if (bytes.getByte(at) == '~') return Detection.YES;
                                        if (bytes.getByte(at) != '>') return Detection.NO;
                                        if (bytes.readableBytes() < 2) return Detection.MORE;
                                        return bytes.getByte(at + 1) == '>' ? Detection.YES : Detection.NO;
                                    }
                                };
                            }
                            static ByteBuf text(String text) { return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8); }
                            public Protocol create(io.leba.spi.config.NoConfig c, io.leba.spi.Scope s) {
                                return new Protocol() {
                                    public RouteTable compile(FrontendPlan plan) { return new Table(); }
                                    public void accept(ClientConnection client) {
                                        client.onDrain(() -> client.channel().close());
                                        client.channel().writeAndFlush(text("welcome\\n"));
                                        client.channel().pipeline().addLast(new ChannelInboundHandlerAdapter() {
                                            public void channelRead(ChannelHandlerContext context, Object message) {
                                                String said = ((ByteBuf) message).toString(StandardCharsets.UTF_8);
                                                ((ByteBuf) message).release();
                                                context.writeAndFlush(text("echo " + said));
                                            }
                                        });
                                    }
                                };
                            }
                        }
                        """)
                .version("1.0")
                .write(target);
    }

    /** A plugin of its own with the key {@code stamp} for an HTTP filter. */
    public static Path mark(Path target, String version) throws IOException {
        return PluginJar.entryPoint("com.example.mark", "return List.of(new Mark());")
                .source("Mark", """
                        final class Mark implements io.leba.spi.http.HttpFilterProvider<io.leba.spi.config.NoConfig> {
                            public String type() { return "stamp"; }
                            public Class<io.leba.spi.config.NoConfig> configType() { return io.leba.spi.config.NoConfig.class; }
                            public Phase phase() { return Phase.TRANSFORM; }
                            public io.leba.spi.http.HttpFilter create(io.leba.spi.config.NoConfig c, io.leba.spi.Scope s) {
                                return new io.leba.spi.http.HttpFilter() {};
                            }
                        }
                        """)
                .version(version)
                .write(target);
    }

    /** A plugin of its own with the balancer {@code failing}, which counts how often it is asked, and throws. */
    public static Path failing(Path target, String version) throws IOException {
        return failing(target, version, "throw new IllegalStateException(\"on purpose\");");
    }

    /** The same, mended. */
    public static Path variantOfFailing(Path target, String version) throws IOException {
        return failing(target, version, "return 0;");
    }

    private static Path failing(Path target, String version, String pick) throws IOException {
        return PluginJar.entryPoint("com.example.failing", "return List.of(new Failing());")
                .source("Failing", """
                        import io.leba.spi.balance.*;
                        import io.leba.spi.config.NoConfig;
                        import io.leba.spi.control.AdminEndpoint;
                        import java.util.concurrent.atomic.AtomicLong;
                        final class Failing implements BalancerProvider<NoConfig> {
                            public String type() { return "failing"; }
                            public Class<NoConfig> configType() { return NoConfig.class; }
                            public BalancerPolicy create(NoConfig c, io.leba.spi.Scope scope) {
                                AtomicLong asked = new AtomicLong();
                                scope.publish(new AdminEndpoint() {
                                    public String path() { return "/asked"; }
                                    public String title() { return ""; }
                                    public Answer get(Request request) { return new Answer(200, "text/plain", Long.toString(asked.get()).getBytes()); }
                                });
                                return set -> context -> { asked.incrementAndGet(); %s };
                            }
                        }
                        """.formatted(pick))
                .version(version)
                .write(target);
    }
}
