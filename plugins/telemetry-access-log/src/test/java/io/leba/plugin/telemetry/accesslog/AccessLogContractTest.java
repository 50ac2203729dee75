package io.leba.plugin.telemetry.accesslog;

import io.leba.testkit.telemetry.TelemetryContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class AccessLogContractTest extends TelemetryContract {
    @TempDir
    private Path folder;

    AccessLogContractTest() {
        super(new AccessLogPlugin(), "access_log");
    }

    @Override
    protected String yaml() {
        return "path: " + folder.resolve("access.log");
    }
}
