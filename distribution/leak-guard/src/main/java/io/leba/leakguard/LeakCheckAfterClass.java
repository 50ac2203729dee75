package io.leba.leakguard;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails the test class after which a leak was found: that class leaked it, or one that ran beside or shortly before it. */
public final class LeakCheckAfterClass implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
        boolean isNested =
                context.getParent().flatMap(ExtensionContext::getTestClass).isPresent();
        if (isNested) {
            return;
        }
        List<String> leaks = LeakReports.collect();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " leaked resource(s) found after "
                    + context.getRequiredTestClass().getName() + "\n" + String.join("\n", leaks));
        }
    }
}
