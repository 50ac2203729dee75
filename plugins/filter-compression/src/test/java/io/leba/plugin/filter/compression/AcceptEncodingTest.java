package io.leba.plugin.filter.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.testkit.http.ScriptedRequest;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptEncodingTest {
    private static boolean prefers(String... values) {
        ScriptedRequest request = ScriptedRequest.of("GET", "/");
        for (String value : values) {
            request.with("accept-encoding", value);
        }
        return AcceptEncoding.prefersGzip(request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | true",
                "GZIP | true",
                "x-gzip | true",
                "deflate, gzip;q=1.0, *;q=0.5 | true",
                "gzip;q=0.001 | true",
                "gzip;q=0 | false",
                "gzip;q=0.000 | false",
                "gzip ; Q=0.5 | true",
                "* | true",
                "*;q=0 | false",
                "gzip;q=0, * | false",
                "identity | false",
                "identity, gzip;q=0.5 | false",
                "identity;q=0.5, gzip;q=0.5 | true",
                "identity;q=0, gzip;q=0 | false",
                "br, zstd | false",
                "gzipped | false",
                "gzip;q=2 | false",
                "gzip;q=1.001 | false",
                "gzip;q=0.123456 | false",
                "gzip;q=x | false",
                "gzip;level=9 | false",
                "'' | false",
                "', ,gzip,' | true"
            })
    void aClientGetsWhatItAsksFor(String field, boolean isGzip) {
        assertEquals(isGzip, prefers(field));
    }

    @Test
    void severalFieldsAreOneListAndNoneAsksForNothing() {
        assertTrue(prefers("br", "gzip"));
        assertFalse(prefers("gzip;q=0", "br"));
        assertFalse(prefers());
    }

    @Property(tries = 500)
    void nothingMakesItFail(
            @ForAll @Chars({'g', 'z', 'i', 'p', ';', 'q', '=', '0', '1', '.', ',', ' ', '*'}) String field) {
        prefers(field);
    }
}
