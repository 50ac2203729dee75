package io.leba.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leba.spi.Background.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualBackgroundTest {
    private final TestScope scope = TestScope.of("test");
    private final List<String> ran = new ArrayList<>();

    @Test
    void nothingRunsBeforeItsTime() {
        scope.background().after(Duration.ofSeconds(2), () -> ran.add("late"));
        scope.background().run(() -> ran.add("soon"));

        scope.background().advance(Duration.ofMillis(1999));

        assertEquals(List.of("soon"), ran);
        scope.background().advance(Duration.ofMillis(1));
        assertEquals(List.of("soon", "late"), ran);
    }

    @Test
    void repeatedWorkRunsOncePerInterval() {
        scope.background()
                .every(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        () -> ran.add(scope.time().nanos() / 1_000_000_000 + "s"));

        scope.background().advance(Duration.ofSeconds(8));

        assertEquals(List.of("1s", "4s", "7s"), ran);
    }

    @Test
    void cancelledWorkDoesNotRunAgain() {
        Cancellable[] task = new Cancellable[1];
        task[0] = scope.background().every(Duration.ZERO, Duration.ofSeconds(1), () -> {
            ran.add("once");
            task[0].close();
        });

        scope.background().advance(Duration.ofSeconds(5));

        assertEquals(List.of("once"), ran);
    }

    @Test
    void anExceptionEndsNoRepetition() {
        scope.background().every(Duration.ZERO, Duration.ofSeconds(1), () -> {
            ran.add("again");
            throw new IllegalStateException("broken");
        });

        scope.background().advance(Duration.ofSeconds(1));

        assertEquals(List.of("again", "again"), ran);
        assertEquals(2, scope.background().failures().size());
    }

    @Test
    void aClosedScopeStartsNoWork() {
        scope.background().run(() -> ran.add("work"));
        scope.close();
        scope.background().run(() -> ran.add("more work"));

        scope.background().advance(Duration.ofSeconds(1));

        assertEquals(List.of(), ran);
    }

    @Test
    void resourcesCloseLastFirstAndAllOfThem() {
        scope.onClose(() -> ran.add("first"));
        scope.onClose(() -> {
            throw new IllegalStateException("broken");
        });
        scope.onClose(() -> ran.add("last"));

        assertThrows(IllegalStateException.class, scope::close);

        assertEquals(List.of("last", "first"), ran);
    }

    @Test
    void metersCanBeReadBack() {
        scope.meters().counter("leba_things", "Things.", "kind", "a").add(0, 3);
        scope.meters().counter("leba_things", "Things.", "kind", "a").addShared(1);
        scope.meters().gauge("leba_level", "Level.", () -> 0.5);
        scope.meters().histogram("leba_time", "Time.").record(0, 10);

        assertEquals(4, scope.measured().count("leba_things", "kind", "a"));
        assertEquals(0, scope.measured().count("leba_things", "kind", "b"));
        assertEquals(0.5, scope.measured().value("leba_level"));
        assertEquals(
                10, scope.meters().histogram("leba_time", "Time.").snapshot().quantileNanos(0.99));
    }
}
