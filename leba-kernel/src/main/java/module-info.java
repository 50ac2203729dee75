/** The kernel: generations, plugin realms, backends, health and transport. It exports nothing to plugins. */
@SuppressWarnings("module") // the test kit is built after the kernel
module io.leba.kernel {
    requires io.leba.spi;
    requires io.netty.handler;
    requires io.netty.codec.classes.quic;
    requires io.netty.tcnative.classes.openssl;
    requires io.netty.transport.unix.common;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.kqueue;
    requires io.netty.transport.classes.io_uring;
    requires pf4j;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires org.yaml.snakeyaml;
    requires info.picocli;
    requires java.management;
    requires jdk.httpserver;
    requires jdk.unsupported; // sun.misc.Signal

    // Authors' tests start a kernel in their own process.
    exports io.leba.kernel.admin to
            io.leba.testkit;
    exports io.leba.kernel.config to
            io.leba.testkit;
    exports io.leba.kernel.plugin to
            io.leba.testkit;
    exports io.leba.kernel.thread to
            io.leba.testkit;
    exports io.leba.kernel.transport to
            io.leba.testkit;

    opens io.leba.kernel.cli to
            info.picocli;

    uses io.leba.spi.LebaPlugin;
}
