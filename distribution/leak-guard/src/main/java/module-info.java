/** On the test class path it turns Netty's leak reports into test failures; nothing of it is shipped. */
module io.leba.leakguard {
    requires io.netty.common;
    requires org.junit.jupiter.api;
    requires org.junit.platform.launcher;

    provides org.junit.jupiter.api.extension.Extension with
            io.leba.leakguard.LeakCheckAfterClass;
    provides org.junit.platform.launcher.LauncherSessionListener with
            io.leba.leakguard.LeakGuard;
}
