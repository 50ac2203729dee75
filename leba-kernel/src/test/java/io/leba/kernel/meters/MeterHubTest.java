package io.leba.kernel.meters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.Distribution;
import io.leba.spi.LoopCounter;
import io.leba.spi.LoopHistogram;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeterHubTest {
    private final MeterHub hub = new MeterHub(2);
    private final MeterScope scope = hub.scope("first");
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void theSameNameAndLabelsAreTheSameMeter() {
        LoopCounter one = scope.counter("leba_x", "X.", "a", "1", "b", "2");

        assertSame(one, hub.scope("second").counter("leba_x", "X.", "b", "2", "a", "1"));
        assertNotSame(one, scope.counter("leba_x", "X.", "a", "1", "b", "3"));
        LoopHistogram histogram = scope.histogram("leba_y", "Y.");
        assertSame(histogram, scope.histogram("leba_y", "Y."));
    }

    @Test
    void aCounterLivesOnWhenItsFirstOwnerHandsOver() {
        scope.counter("leba_x", "X.").add(0, 5);
        MeterScope second = hub.scope("second");
        LoopCounter handedOver = second.counter("leba_x", "X.");
        scope.close();

        assertEquals(5, handedOver.sum());
        assertSame(handedOver, hub.scope("third").counter("leba_x", "X."));
    }

    @Test
    void aMeterThatNobodyWantsStartsAnew() {
        scope.counter("leba_x", "X.").add(0, 5);
        scope.close();

        assertEquals(0, hub.scope("second").counter("leba_x", "X.").sum());
    }

    @Test
    void showsWhatIsThereAndWhatComesInARegistry() throws Exception {
        scope.counter("leba_before", "Before.", "k", "v").add(1, 3);
        AutoCloseable attached = hub.attach(registry);
        scope.counter("leba_after", "After.").addShared(4);
        scope.gauge("leba_level", "Level.", () -> 1.5);
        AtomicLong elsewhere = new AtomicLong(9);
        scope.sum("leba_sum", "Sum.", elsewhere::get);
        LoopHistogram histogram = scope.histogram("leba_time", "Time.");
        histogram.record(0, TimeUnit.MILLISECONDS.toNanos(10));
        histogram.record(1, TimeUnit.MILLISECONDS.toNanos(20));

        assertEquals(
                3, registry.get("leba_before").tag("k", "v").functionCounter().count());
        assertEquals("Before.", registry.get("leba_before").meter().getId().getDescription());
        assertEquals(4, registry.get("leba_after").functionCounter().count());
        assertEquals(9, registry.get("leba_sum").functionCounter().count());
        assertEquals(1.5, registry.get("leba_level").gauge().value());
        assertEquals(2, registry.get("leba_time").functionTimer().count());
        assertEquals(30, registry.get("leba_time").functionTimer().totalTime(TimeUnit.MILLISECONDS), 0.001);
        double median = registry.get("leba_time_quantile_seconds")
                .tag("quantile", "0.5")
                .gauge()
                .value();
        assertTrue(median >= 0.010 && median <= 0.0107, "median " + median);
        double most = registry.get("leba_time_quantile_seconds")
                .tag("quantile", "1")
                .gauge()
                .value();
        assertTrue(most >= 0.020 && most <= 0.0213, "most " + most);

        attached.close();
        assertEquals(List.of(), registry.getMeters());
        scope.counter("leba_later", "Later.");
        assertEquals(List.of(), registry.getMeters());
    }

    @Test
    void aClosedScopesMetersLeaveTheRegistry() {
        hub.attach(registry);
        scope.counter("leba_mine", "Mine.");
        scope.counter("leba_ours", "Ours.");
        hub.scope("second").counter("leba_ours", "Ours.");
        scope.close();

        assertNull(registry.find("leba_mine").meter());
        assertEquals("leba_ours", registry.get("leba_ours").meter().getId().getName());
    }

    @Test
    void ofSeveralOwnersOfAGaugeTheLatestThatIsLeftAnswers() {
        hub.attach(registry);
        MeterScope second = hub.scope("second");
        scope.gauge("leba_level", "Level.", () -> 1);
        second.gauge("leba_level", "Level.", () -> 2);

        assertEquals(2, registry.get("leba_level").gauge().value());
        second.close();
        assertEquals(1, registry.get("leba_level").gauge().value());
        scope.close();
        assertNull(registry.find("leba_level").meter());
    }

    @Test
    void listsHistogramsForExportersOfBuckets() {
        LoopHistogram histogram = scope.histogram("leba_time", "Time.", "z", "1", "a", "2");
        LogLinearHistogram shown = new LogLinearHistogram(2);
        scope.show(shown, "leba_shown", "Shown.");
        scope.counter("leba_x", "X.");

        assertEquals(
                List.of(
                        new Distribution("leba_time", "Time.", List.of("a", "2", "z", "1"), histogram),
                        new Distribution("leba_shown", "Shown.", List.of(), shown)),
                hub.distributions());
    }

    @Test
    void refusesANameThatMeansSomethingElse() {
        scope.counter("leba_x", "X.", "a", "1");
        MeterScope second = hub.scope("second");

        IllegalArgumentException kind =
                assertThrows(IllegalArgumentException.class, () -> second.histogram("leba_x", "X.", "a", "2"));
        assertEquals("second: leba_x is a counter elsewhere, here a histogram", kind.getMessage());
        IllegalArgumentException labels =
                assertThrows(IllegalArgumentException.class, () -> second.counter("leba_x", "X.", "b", "1"));
        assertEquals("second: leba_x has the labels [a] elsewhere, here [b]", labels.getMessage());
        scope.close();
        second.gauge("leba_x", "X.", () -> 1, "b", "1");
    }

    @Test
    void refusesLabelsThatAreNoPairs() {
        assertThrows(IllegalArgumentException.class, () -> scope.counter("leba_x", "X.", "a"));
        assertThrows(IllegalArgumentException.class, () -> scope.counter("leba_x", "X.", "a", "1", "a", "2"));
    }
}
