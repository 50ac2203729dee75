/** For tests of plugins; nothing of it is shipped with LEBA. */
module io.leba.testkit {
    requires transitive io.leba.spi;
    requires transitive org.junit.jupiter.api;
    requires org.junit.platform.commons;
    requires static jmh.core;
    requires java.management;
    requires jdk.management;

    exports io.leba.testkit;
    exports io.leba.testkit.balance;
    exports io.leba.testkit.control;
    exports io.leba.testkit.discovery;
    exports io.leba.testkit.health;
    exports io.leba.testkit.program;
    exports io.leba.testkit.protocol;
}
