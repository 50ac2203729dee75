package io.leba.plugin.protocol.http.h2spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.http.fake.Origin;
import io.leba.plugin.protocol.http.fake.Proxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** All of h2spec, its strict cases too, without an exclusion. */
@EnabledIf(value = "runsHere", disabledReason = "h2spec is there for Linux on x86-64 only")
class H2specTest {
    private static final Pattern SUMMARY =
            Pattern.compile("(\\d+) tests, (\\d+) passed, (\\d+) skipped, (\\d+) failed");

    static boolean runsHere() {
        return H2spec.runsHere();
    }

    @Test
    void every_case_passes(@TempDir Path folder) throws IOException, InterruptedException {
        try (Origin origin = Origin.saying("hello");
                Proxy proxy = Proxy.onNio()) {
            proxy.start(origin.address());
            String said = H2spec.in(folder)
                    .run(proxy.address().getPort(), folder.resolve("report.xml"), "--strict", "--timeout", "1");
            Matcher summary = SUMMARY.matcher(said);
            assertTrue(summary.find(), said);
            assertEquals("0 skipped, 0 failed", summary.group(3) + " skipped, " + summary.group(4) + " failed", said);
            assertTrue(Integer.parseInt(summary.group(1)) >= 145, said);
        }
    }
}
