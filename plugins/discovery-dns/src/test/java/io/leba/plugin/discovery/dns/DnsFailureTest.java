package io.leba.plugin.discovery.dns;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.discovery.dns.TinyDns.Mood;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that vanish, and servers that fail, lie or keep silent. */
class DnsFailureTest extends DnsFixture {
    @Test
    void aNameThatVanishesKeepsItsBackends() throws IOException {
        dns.set("app.test", "60 A 10.0.0.1");
        new Wish().start("app.test");
        dns.remove("app.test");
        turn(INTERVAL);
        assertEquals(List.of("app.test: no such domain"), sink.failures());
        dns.set("app.test", "60 TXT nothing");
        turn(Duration.ofSeconds(1));
        assertEquals("app.test: has no AAAA record", sink.failures().get(1));

        assertEquals(1, sink.deliveries().size());
    }

    @Test
    void aNameThatVanishesLosesItsBackendsIfThatIsWanted() throws IOException {
        dns.set("app.test", "60 A 10.0.0.1");
        new Wish().ifMissing(IfMissing.REMOVE).start("app.test");
        dns.remove("app.test");

        turn(INTERVAL);

        assertEquals(List.of(), sink.backends());
        assertEquals(List.of(), sink.failures());
    }

    @ParameterizedTest
    @CsvSource({"SERVFAIL, answered SERVFAIL", "REFUSED, failed: Unknown non-success error code REFUSED"})
    void aServerThatCannotAnswerKeepsTheBackends(Mood mood, String reason) throws IOException {
        dns.set("app.test", "60 A 10.0.0.1");
        new Wish().ifMissing(IfMissing.REMOVE).start("app.test");
        dns.mood(mood);

        turn(INTERVAL);

        assertEquals(List.of("app.test: " + dns.address() + " " + reason), sink.failures());
        assertEquals(List.of("10.0.0.1:80"), sink.names());
    }

    @Test
    void afterAFailureTheNameIsAskedAgainSoonAndThenSeldom() throws IOException {
        dns.mood(Mood.SERVFAIL);
        new Wish().start("app.test");
        List<Integer> asked = IntStream.range(0, 100)
                .filter(second -> {
                    boolean any = !dns.asked().isEmpty();
                    turn(Duration.ofSeconds(1));
                    return any;
                })
                .boxed()
                .toList();

        assertEquals(List.of(0, 1, 3, 7, 15, 31, 61, 91), asked);
    }

    @Test
    void recoveryIsDelivered() throws IOException {
        dns.set("app.test", "60 A 10.0.0.1");
        dns.mood(Mood.SERVFAIL);
        new Wish().start("app.test");
        assertEquals(List.of(), sink.deliveries());
        dns.mood(Mood.ANSWER);

        turn(Duration.ofSeconds(1));

        assertEquals(List.of("10.0.0.1:80"), sink.names());
        turn(INTERVAL);
        assertEquals(1, sink.failures().size());
    }

    @Test
    void eachServerIsAskedTwiceBeforeTheLookupFails() throws IOException {
        dns.mood(Mood.SILENT);
        new Wish().timeout(IMPATIENT).start("app.test");

        await().untilAsserted(() -> assertEquals(List.of("app.test A", "app.test A"), dns.asked()));
        assertEquals(List.of("app.test: " + dns.address() + " did not answer within 50 ms"), sink.failures());
    }

    @Test
    void theNextServerIsAskedWhenOneDoesNotAnswer() throws IOException {
        try (TinyDns silent = new TinyDns()) {
            silent.mood(Mood.SILENT);
            dns.set("app.test", "60 A 10.0.0.1");

            new Wish()
                    .resolvers(silent.address(), dns.address())
                    .timeout(Duration.ofSeconds(2))
                    .start("app.test");

            assertEquals(List.of("10.0.0.1:80"), sink.names());
            assertEquals(List.of("app.test A"), silent.asked());
        }
    }

    @Test
    void aServerThatIsNotThereIsReported() throws IOException {
        TinyDns gone = new TinyDns();
        gone.close();

        new Wish().resolvers(gone.address()).timeout(Duration.ofSeconds(2)).start("app.test");

        assertEquals(List.of("app.test: " + gone.address() + " cannot be reached"), sink.failures());
    }

    @Test
    void anAnswerToAnotherQuestionIsNone() throws IOException {
        dns.mood(Mood.BESIDE_THE_POINT);

        new Wish().timeout(IMPATIENT).start("app.test");

        assertEquals(List.of("app.test: " + dns.address() + " did not answer within 50 ms"), sink.failures());
    }

    @Test
    void whatIsNoAnswerIsPassedOver() throws IOException {
        dns.set("app.test", "60 A 10.0.0.1");
        dns.mood(Mood.SPOOFED);

        new Wish().start("app.test");

        assertEquals(List.of("10.0.0.1:80"), sink.names());
    }

    @Test
    void garbageIsAFailure() throws IOException {
        dns.mood(Mood.GARBAGE);

        new Wish().start("app.test");

        assertTrue(sink.failures().get(0).startsWith("app.test: " + dns.address() + " failed: "));
    }
}
