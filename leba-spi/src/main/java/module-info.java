/** The contract between LEBA's kernel and its plugins. */
@SuppressWarnings("requires-transitive-automatic")
module io.leba.spi {
    requires transitive org.slf4j;
    requires transitive micrometer.core;
    requires transitive io.netty.common;
    requires transitive io.netty.buffer;
    requires transitive io.netty.transport;

    exports io.leba.spi;
    exports io.leba.spi.auth;
    exports io.leba.spi.balance;
    exports io.leba.spi.cluster;
    exports io.leba.spi.config;
    exports io.leba.spi.control;
    exports io.leba.spi.discovery;
    exports io.leba.spi.health;
    exports io.leba.spi.http;
    exports io.leba.spi.protocol;
    exports io.leba.spi.telemetry;
    exports io.leba.spi.tls;
}
