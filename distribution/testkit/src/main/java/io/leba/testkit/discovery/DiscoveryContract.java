package io.leba.testkit.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.leba.spi.LebaPlugin;
import io.leba.spi.discovery.BackendSink;
import io.leba.spi.discovery.BackendSpec;
import io.leba.spi.discovery.Discovery;
import io.leba.spi.discovery.DiscoveryProvider;
import io.leba.testkit.TestScope;
import io.leba.testkit.contract.ExtensionContract;
import io.leba.testkit.contract.OnLoopGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What every source of backends keeps, beside what every extension does: whole snapshots, and the last good one on failure. */
public abstract class DiscoveryContract extends ExtensionContract<DiscoveryProvider<?>, Discovery> {
    private final RecordingSink sink = new RecordingSink();

    /**
     * For the test of a source.
     *
     * @param type the word in YAML
     */
    protected DiscoveryContract(LebaPlugin plugin, String type) {
        super(DiscoveryProvider.class, Discovery.class, plugin, type);
    }

    /**
     * Makes the source say this from now on. Before the first call it need not exist.
     *
     * @param backends {@code address:port} each, the addresses being IP addresses; an empty list is a good answer too
     */
    protected abstract void say(List<String> backends) throws Exception;

    /** Makes the source unreadable: the file is gone, the name does not resolve, the other side refuses. */
    protected abstract void fail() throws Exception;

    /** How long the source may take to notice, on the scope's clock. */
    protected Duration patience() {
        return Duration.ofMinutes(2);
    }

    /** Whether what it delivers is in its configuration and never changes; {@link #say} is called once then, at first. */
    protected boolean isFixed() {
        return false;
    }

    @Override
    protected void use(Discovery made, TestScope within) {
        made.start(new RecordingSink());
        within.background().advance(patience());
    }

    private void say(String... backends) throws Exception {
        say(List.of(backends));
    }

    private void started() {
        create().start(sink);
        pass();
    }

    private void pass() {
        scope().background().advance(patience());
        assertEquals(List.of(), scope().background().failures(), "its background work threw");
    }

    private void assertFound(String... backends) {
        assertEquals(
                new TreeSet<>(Arrays.asList(backends)),
                new TreeSet<>(sink.backends().stream()
                        .map(one -> one.address() + ":" + one.port())
                        .toList()));
    }

    @Test
    void deliversEveryBackendOfTheSource() throws Exception {
        say("10.0.0.1:81", "10.0.0.2:82");

        started();

        assertFound("10.0.0.1:81", "10.0.0.2:82");
        assertEquals(List.of(), sink.failures());
    }

    @Test
    void startingNeitherWaitsNorThrows() throws Exception {
        say("10.0.0.1:81");
        Discovery discovery = create();

        OnLoopGuard.run("start", () -> discovery.start(sink));
    }

    @Test
    void startingASourceThatCannotBeReadDoesNotThrowEither() throws Exception {
        assumeFalse(isFixed(), "the source cannot fail");
        fail();

        started();

        assertFalse(sink.failures().isEmpty(), "a source that cannot be read is told with BackendSink.failed");
        assertTrue(sink.deliveries().isEmpty(), "nothing was found, so nothing is delivered: " + sink.deliveries());
    }

    @Test
    void deliversTheWholeListAgainWhenABackendIsAdded() throws Exception {
        assumeFalse(isFixed(), "the source never changes");
        say("10.0.0.1:81");
        started();
        say("10.0.0.1:81", "10.0.0.2:82");

        pass();

        assertFound("10.0.0.1:81", "10.0.0.2:82");
    }

    @Test
    void deliversTheWholeListAgainWhenABackendIsGone() throws Exception {
        assumeFalse(isFixed(), "the source never changes");
        say("10.0.0.1:81", "10.0.0.2:82");
        started();
        say("10.0.0.2:82");

        pass();

        assertFound("10.0.0.2:82");
    }

    @Test
    void aFailureIsToldAndTheLastGoodListStays() throws Exception {
        assumeFalse(isFixed(), "the source never fails");
        say("10.0.0.1:81", "10.0.0.2:82");
        started();
        fail();

        pass();

        assertFalse(sink.failures().isEmpty(), "the failure was not told with BackendSink.failed");
        for (String message : sink.failures()) {
            assertFalse(message.isBlank() || message.endsWith("."), "a reason without a full stop: '" + message + "'");
            assertFalse(message.contains("\n"), "one line: '" + message + "'");
        }
        assertFound("10.0.0.1:81", "10.0.0.2:82");
    }

    @Test
    void itRecoversFromAFailure() throws Exception {
        assumeFalse(isFixed(), "the source never fails");
        say("10.0.0.1:81");
        started();
        fail();
        pass();
        say("10.0.0.3:83");

        pass();

        assertFound("10.0.0.3:83");
    }

    @Test
    void nothingIsDeliveredOnceItsScopeIsClosed() throws Exception {
        say("10.0.0.1:81");
        started();
        int before = sink.deliveries().size();
        int failures = sink.failures().size();
        TestScope closed = scope();
        closed.close();
        if (!isFixed()) {
            say("10.0.0.2:82");
        }

        closed.background().advance(patience());

        assertEquals(before, sink.deliveries().size(), "deliveries");
        assertEquals(failures, sink.failures().size(), "failures");
    }

    @Test
    void whatWasDeliveredIsNotChangedAfterwards() throws Exception {
        List<List<BackendSpec>> given = new ArrayList<>();
        List<List<BackendSpec>> copies = new ArrayList<>();
        say("10.0.0.1:81", "10.0.0.2:82");
        create().start(new BackendSink() {
            @Override
            public void deliver(List<BackendSpec> backends) {
                given.add(backends);
                copies.add(List.copyOf(backends));
            }

            @Override
            public void failed(String message) {}
        });
        pass();
        if (!isFixed()) {
            say("10.0.0.2:82");
            pass();
        }

        assertFalse(given.isEmpty());
        assertEquals(copies, given, "a delivery is a snapshot");
    }

    @Test
    void namesAreUniqueAndValuesInRange() throws Exception {
        say("10.0.0.1:81", "10.0.0.1:82", "10.0.0.2:81");
        started();

        Set<List<Object>> names = new HashSet<>();
        for (BackendSpec backend : sink.backends()) {
            assertTrue(
                    names.add(List.of(backend.groupName(), backend.protocol(), backend.nameOrAddress())),
                    backend.nameOrAddress() + " is there twice");
            assertTrue(backend.port() >= 1 && backend.port() <= 65_535, backend.toString());
            assertTrue(backend.weight() >= 0 && backend.weight() <= 65_535, backend.toString());
            assertTrue(backend.priority() >= 0 && backend.priority() <= 255, backend.toString());
        }
    }

    @Test
    void theGroupsThatItFeedsAreKnownBeforeItStarts() throws Exception {
        say("10.0.0.1:81");
        Discovery discovery = create();
        var before = discovery.groups();
        discovery.start(sink);
        pass();

        assertEquals(before, discovery.groups());
    }
}
