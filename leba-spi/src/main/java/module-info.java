/** The contracts and value types that a LEBA plugin is written against. */
@SuppressWarnings("requires-transitive-automatic")
module io.leba.spi {
    requires transitive org.slf4j;
    requires transitive micrometer.core;
    requires transitive io.netty.common;
    requires transitive io.netty.buffer;
    requires transitive io.netty.transport;
}
