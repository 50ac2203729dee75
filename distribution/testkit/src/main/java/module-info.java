/** For tests of plugins; nothing of it is shipped with LEBA. */
open module io.leba.testkit {
    requires transitive io.leba.spi;
    requires java.net.http;
    requires static transitive org.junit.jupiter.api;
    requires static org.junit.platform.commons;
    requires static jmh.core;
    requires io.leba.kernel;
    requires java.management;
    requires jdk.management;

    exports io.leba.testkit;
    exports io.leba.testkit.auth;
    exports io.leba.testkit.balance;
    exports io.leba.testkit.cluster;
    exports io.leba.testkit.contract;
    exports io.leba.testkit.control;
    exports io.leba.testkit.discovery;
    exports io.leba.testkit.health;
    exports io.leba.testkit.http;
    exports io.leba.testkit.node;
    exports io.leba.testkit.origin;
    exports io.leba.testkit.program;
    exports io.leba.testkit.protocol;
    exports io.leba.testkit.telemetry;
}
