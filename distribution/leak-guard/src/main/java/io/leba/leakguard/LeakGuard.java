package io.leba.leakguard;

import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Installs {@link LeakReports} before any test class is loaded, and looks once more when all tests are done: for leaks of engines other than Jupiter, and for
 * those that showed up after the last class. No test is left to fail then, so it ends the JVM, which fails the build.
 */
public final class LeakGuard implements LauncherSessionListener {
    private static final int EXIT_CODE = 97;

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        LeakReports.install();
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        List<String> leaks = LeakReports.collect();
        if (!leaks.isEmpty()) {
            System.err.println("leak guard: " + leaks.size() + " leaked resource(s) found after the last test\n"
                    + String.join("\n", leaks));
            System.err.flush();
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
