package io.leba.leakguard;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PatientWaitsTest {
    @Test
    void waitsThatSayNothingElseHaveHalfAMinute() {
        AtomicLong left = new AtomicLong();
        await().conditionEvaluationListener(condition -> left.set(condition.getRemainingTimeInMS()))
                .until(() -> true);
        assertTrue(left.get() > 11_000, "ms left of the time to wait: " + left);
    }
}
