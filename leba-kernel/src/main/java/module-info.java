/** The kernel: generations, plugin realms, backends, health and transport. It exports nothing to plugins. */
module io.leba.kernel {
    requires io.leba.spi;
    requires io.netty.handler;
    requires io.netty.transport.unix.common;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.kqueue;
    requires io.netty.transport.classes.io_uring;
    requires pf4j;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires org.yaml.snakeyaml;
    requires info.picocli;
    requires jdk.httpserver;
    requires jdk.unsupported; // sun.misc.Signal

    opens io.leba.kernel.cli to
            info.picocli;

    uses io.leba.spi.LebaPlugin;
}
