/** On the test class path it turns Netty's leak reports into test failures, lets waits be patient, and measures what code allocates; nothing of it is shipped. */
module io.leba.leakguard {
    requires awaitility;
    requires io.netty.common;
    requires java.management;
    requires jdk.management;
    requires org.junit.jupiter.api;
    requires org.junit.platform.launcher;

    exports io.leba.leakguard.allocation;

    provides org.junit.jupiter.api.extension.Extension with
            io.leba.leakguard.LeakCheckAfterClass;
    provides org.junit.platform.launcher.LauncherSessionListener with
            io.leba.leakguard.LeakGuard,
            io.leba.leakguard.PatientWaits;
}
