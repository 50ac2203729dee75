package io.leba.testkit.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class NeedsProgramTest {
    /** Run by the tests below only: nested classes that are static are found by nobody else. */
    static class Samples {
        @Test
        @NeedsProgram("sh")
        void present() {}

        @Test
        @NeedsProgram("no-such-program")
        void absent() {}

        @Test
        @NeedsProgram("sh")
        @NeedsProgram(value = "no-such-program", debianPackage = "no-such-package")
        @NeedsProgram(value = "nor-this", debianPackage = "no-such-package")
        void someAbsent() {}
    }

    /** What becomes of a sample: {@code SUCCESSFUL}, or how it failed, or why it was skipped. */
    private static List<String> outcome(String method, boolean isRequired) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(Samples.class, method))
                .configurationParameter(ProgramCondition.REQUIRED, Boolean.toString(isRequired))
                .build();
        List<String> outcomes = new ArrayList<>();
        TestExecutionListener listener = new TestExecutionListener() {
            @Override
            public void executionSkipped(TestIdentifier test, String reason) {
                outcomes.add("skipped: " + reason);
            }

            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    outcomes.add(result.getStatus()
                            + result.getThrowable()
                                    .map(thrown -> ": " + thrown.getMessage())
                                    .orElse(""));
                }
            }
        };
        LauncherConfig bare = LauncherConfig.builder()
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        LauncherFactory.create(bare).execute(request, listener);
        return outcomes;
    }

    @Test
    void aTestWhoseProgramIsInstalledRunsWhetherRequiredOrNot() {
        assertEquals(List.of("SUCCESSFUL"), outcome("present", false));
        assertEquals(List.of("SUCCESSFUL"), outcome("present", true));
    }

    @Test
    void aTestWhoseProgramIsMissingIsSkippedWithTheCommandThatInstallsIt() {
        assertEquals(
                List.of("skipped: no-such-program is not installed;"
                        + " 'apt-get install -y --no-install-recommends no-such-program' does it"),
                outcome("absent", false));
    }

    @Test
    void aTestWhoseProgramIsMissingFailsWhereProgramsAreRequired() {
        List<String> outcomes = outcome("absent", true);

        assertEquals(1, outcomes.size(), outcomes::toString);
        assertTrue(outcomes.get(0).startsWith("FAILED: "), outcomes::toString);
        assertTrue(outcomes.get(0).contains("no-such-program is not installed; 'apt-get install"), outcomes::toString);
        assertTrue(outcomes.get(0).contains("leba.requirePrograms is true"), outcomes::toString);
    }

    @Test
    void everyMissingProgramIsNamedAndEachPackageOnce() {
        assertEquals(
                List.of("skipped: no-such-program and nor-this are not installed;"
                        + " 'apt-get install -y --no-install-recommends no-such-package' does it"),
                outcome("someAbsent", false));
    }

    @Test
    void aProgramIsAnExecutableFileAndNoFolder() {
        assertTrue(Programs.find("sh").filter(Files::isExecutable).isPresent());
        assertTrue(Programs.find(".").isEmpty());
        assertTrue(Programs.find("").isEmpty());
    }
}
