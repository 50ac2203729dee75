package io.leba.plugin.telemetry.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TimestampTest {
    private static final DateTimeFormatter RFC3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Timestamp timestamp = new Timestamp();

    @Property
    void itAgreesWithTheCalendarOfTheLibrary(
            @ForAll @LongRange(min = -62_135_596_800_000L, max = 253_402_300_799_999L) long millis) {
        assertTime(millis);
    }

    @Test
    void everyDayOfFourCenturiesIsRight() {
        for (long day = Instant.parse("1900-01-01T00:00:00Z").getEpochSecond() / 86_400; day < 146_097; day++) {
            assertTime(day * 86_400_000L + 86_399_999L);
        }
    }

    @Test
    void theMillisecondsChangeWithinASecond() {
        assertTime(1_738_314_300_007L);
        assertTime(1_738_314_300_008L);
        assertTime(1_738_314_300_999L);
        assertTime(1_738_314_301_000L);
    }

    private void assertTime(long millis) {
        assertEquals(
                RFC3339.format(Instant.ofEpochMilli(millis)),
                new String(timestamp.of(millis), 0, Timestamp.LENGTH, StandardCharsets.US_ASCII));
    }
}
