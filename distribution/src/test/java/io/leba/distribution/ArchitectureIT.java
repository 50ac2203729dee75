package io.leba.distribution;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The walls of the house, looked for in the jars that are shipped. */
class ArchitectureIT {
    private static final String KERNEL = "io.leba.kernel.";
    private static final JavaClasses LEBA = load();

    private static JavaClasses load() {
        List<JarFile> jars = new ArrayList<>();
        for (String folder : List.of("lib", "plugins")) {
            try (Stream<Path> files = Files.list(Layout.HOME.resolve(folder))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    boolean own = folder.equals("plugins")
                            || file.getFileName().toString().startsWith("leba-");
                    if (own) {
                        jars.add(new JarFile(file.toFile()));
                    }
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return new ClassFileImporter().importJars(jars);
    }

    @Test
    void findsTheClassesOfKernelSpiAndPlugins() {
        for (String name :
                List.of("io.leba.spi.Scope", KERNEL + "generation.Generations", KERNEL + "traffic.Frontend")) {
            assertTrue(LEBA.contain(name), name);
        }
        assertTrue(
                LEBA.stream().anyMatch(one -> one.getPackageName().startsWith("io.leba.plugin.protocol.http")),
                "plugins are looked at");
    }

    @Test
    void aKernelPackageUsesOnlyThoseBelowIt() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("cli")
                .definedBy(KERNEL + "cli..")
                .layer("remote")
                .definedBy(KERNEL + "remote..")
                .layer("admin")
                .definedBy(KERNEL + "admin..")
                .layer("upgrade")
                .definedBy(KERNEL + "upgrade..")
                .layer("generation")
                .definedBy(KERNEL + "generation..")
                .layer("plugin")
                .definedBy(KERNEL + "plugin..")
                .layer("config")
                .definedBy(KERNEL + "config..")
                .layer("traffic")
                .definedBy(KERNEL + "traffic..")
                .layer("backend")
                .definedBy(KERNEL + "backend..")
                .layer("state")
                .definedBy(KERNEL + "state..")
                .layer("transport")
                .definedBy(KERNEL + "transport..")
                .layer("base")
                .definedBy(KERNEL + "meters..", KERNEL + "thread..", KERNEL + "contain..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("remote")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("admin")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("upgrade")
                .mayOnlyBeAccessedByLayers("admin", "cli")
                .whereLayer("generation")
                .mayOnlyBeAccessedByLayers("upgrade", "admin", "cli")
                .whereLayer("plugin")
                .mayOnlyBeAccessedByLayers("generation", "admin", "cli")
                .whereLayer("config")
                .mayOnlyBeAccessedByLayers("generation", "admin", "cli")
                .whereLayer("traffic")
                .mayOnlyBeAccessedByLayers("generation", "admin")
                .whereLayer("state")
                .mayOnlyBeAccessedByLayers("generation", "admin")
                .whereLayer("backend")
                .mayOnlyBeAccessedByLayers("traffic", "state", "generation", "admin")
                .whereLayer("transport")
                .mayOnlyBeAccessedByLayers("backend", "traffic", "generation", "upgrade", "admin")
                .check(LEBA);
    }

    @Test
    void onePackageEachKnowsPf4jYamlAndSockets() {
        noClasses()
                .that()
                .resideOutsideOfPackage(KERNEL + "plugin..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.pf4j..")
                .check(LEBA);
        noClasses()
                .that()
                .resideInAPackage(KERNEL + ".")
                .or()
                .resideInAPackage("io.leba.kernel..")
                .and()
                .resideOutsideOfPackage(KERNEL + "config..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.yaml..", "com.fasterxml.jackson.dataformat..")
                .check(LEBA);
        noClasses()
                .that()
                .resideInAPackage("io.leba..")
                .and()
                .resideOutsideOfPackage(KERNEL + "transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.bootstrap..")
                .check(LEBA);
    }

    @Test
    void pluginsKnowTheSpiAndNotTheKernel() {
        noClasses()
                .that()
                .resideInAPackage("io.leba.plugin..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.leba.kernel..")
                .check(LEBA);
        noClasses()
                .that()
                .resideInAnyPackage("io.leba.kernel..", "io.leba.spi..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.leba.plugin..")
                .check(LEBA);
    }

    @Test
    void theSpiSpeaksNettyInOnePackageOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.leba.spi..")
                .and()
                .resideOutsideOfPackage("io.leba.spi.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(LEBA);
        classes()
                .that()
                .resideInAPackage("io.leba.spi..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "javax.security..", "io.leba.spi..", "org.slf4j..", "io.micrometer..", "io.netty..")
                .check(LEBA);
    }

    @Test
    void whatRunsOnALoopNeverBlocks() {
        LoopRule.Result result = LoopRule.check(LEBA);

        assertTrue(result.roots() > 50, "methods that run on a loop: " + result.roots());
        assertEquals(List.of(), result.violations(), () -> String.join("\n", result.violations()));
    }

    @Test
    void theLoopRuleSeesWhatBlocksThroughOtherMethods() {
        JavaClasses culprits = new ClassFileImporter().importClasses(Culprit.class, Step.class);

        LoopRule.Result result = LoopRule.check(culprits);

        assertEquals(
                List.of(
                        "InetSocketAddress.<init> in Culprit.look <- Culprit.step",
                        "Pattern.compile in Culprit.step",
                        "ReentrantLock.lock in Culprit.step",
                        "Thread.sleep in Culprit.rest <- Culprit.step",
                        "synchronized Culprit.await <- Culprit.step"),
                result.violations());
    }

    @Test
    void theLoopRuleBeginsWithWhatNettyCalls() {
        JavaClasses culprits = new ClassFileImporter().importClasses(Called.class);

        LoopRule.Result result = LoopRule.check(culprits);

        assertEquals(
                List.of(
                        "Thread.sleep in Called.channelActive",
                        "Thread.sleep in Called.nap <- Called.channelRead",
                        "synchronized Called.operationComplete"),
                result.violations());
    }

    /** Breaks the rule where nothing is marked, since Netty's methods bear no marks. */
    static final class Called extends ChannelInboundHandlerAdapter implements ChannelFutureListener {
        @Override
        public void channelActive(ChannelHandlerContext context) throws InterruptedException {
            Thread.sleep(1);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws InterruptedException {
            nap();
        }

        private static void nap() throws InterruptedException {
            Thread.sleep(1);
        }

        @Override
        public synchronized void operationComplete(ChannelFuture future) {}
    }

    interface Step {
        @io.leba.spi.OnLoop
        void step() throws InterruptedException;
    }

    /** Breaks the rule in every way that the rule sees, so that it is seen to work. */
    static final class Culprit implements Step {
        private final ReentrantLock lock = new ReentrantLock();

        @Override
        public void step() throws InterruptedException {
            rest();
            lock.lock();
            Runnable later = this::look;
            later.run();
            Runnable soon = () -> Pattern.compile("a");
            soon.run();
            await("a");
        }

        private void rest() throws InterruptedException {
            Thread.sleep(1);
        }

        private void look() {
            new InetSocketAddress("localhost", 80);
        }

        private synchronized void await(String what) {
            what.length();
        }

        @io.leba.spi.OnBackground
        void elsewhere() throws InterruptedException {
            Thread.sleep(1);
        }
    }
}
