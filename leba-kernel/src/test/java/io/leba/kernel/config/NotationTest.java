package io.leba.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leba.spi.balance.HashKey;
import io.leba.spi.config.Rate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotationTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0s, 0",
        "1ns, 1",
        "15us, 15000",
        "250ms, 250000000",
        "30s, 30000000000",
        " 5m , 300000000000",
        "1h, 3600000000000",
        "2d, 172800000000000",
        "1h30m, 5400000000000",
        "1D12H, 129600000000000",
        "1s500ms, 1500000000",
        "9223372036854775807ns, 9223372036854775807",
    })
    void durations_are_numbers_with_units_from_long_to_short(String text, long nanos) {
        assertEquals(Optional.of(Duration.ofNanos(nanos)), DurationNotation.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "5",
                "00",
                "s",
                "-1s",
                "+1s",
                "1.5s",
                "1 s",
                "1s 5ms",
                "30m1h",
                "1s1s",
                "1w",
                "1sec",
                "s1",
                "٣s",
                "9223372036854775808ns",
                "9223372036s10000000000ms",
                "99999999999999999999s",
                "106752d"
            })
    void nothing_else_is_a_duration(String text) {
        assertEquals(Optional.empty(), DurationNotation.parse(text));
    }

    @Test
    void a_duration_is_printed_in_the_largest_unit_that_is_exact() {
        assertEquals("0s", DurationNotation.format(Duration.ZERO));
        assertEquals("2d", DurationNotation.format(Duration.ofHours(48)));
        assertEquals("90m", DurationNotation.format(Duration.ofMinutes(90)));
        assertEquals("1500ms", DurationNotation.format(Duration.ofMillis(1500)));
        assertEquals("7us", DurationNotation.format(Duration.ofNanos(7000)));
        assertEquals("7ns", DurationNotation.format(Duration.ofNanos(7)));
    }

    @ParameterizedTest
    @CsvSource({
        "100/s, 100, 1000",
        "60/m, 60, 60000",
        "1000/h, 1000, 3600000",
        "1/d, 1, 86400000",
        "5/250ms, 5, 250",
        "5 / 2S, 5, 2000",
        "3/1s500ms, 3, 1500",
    })
    void rates_are_numbers_in_a_span(String text, long count, long millis) {
        assertEquals(Optional.of(new Rate(count, Duration.ofMillis(millis))), RateNotation.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "/s",
                "5/",
                "0/s",
                "-5/s",
                "5/0",
                "5/0s",
                "5/5",
                "5/x",
                "5//s",
                "1.5/s",
                "9999999999999999999/s"
            })
    void nothing_else_is_a_rate(String text) {
        assertEquals(Optional.empty(), RateNotation.parse(text));
    }

    @Test
    void a_rate_is_printed_with_a_bare_unit_where_it_can() {
        assertEquals("100/s", RateNotation.format(new Rate(100, Duration.ofSeconds(1))));
        assertEquals("60/m", RateNotation.format(new Rate(60, Duration.ofSeconds(60))));
        assertEquals("5/250ms", RateNotation.format(new Rate(5, Duration.ofMillis(250))));
        assertEquals("5/10s", RateNotation.format(new Rate(5, Duration.ofSeconds(10))));
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 0.5",
        "1, 1",
        "-2.5, -2.5",
        "+.5, 0.5",
        "5., 5",
        "1e3, 1000",
        "1.5E-3, 0.0015",
        "10%, 0.1",
        "12.5 %, 0.125"
    })
    void numbers_may_be_percentages(String text, double value) {
        assertEquals(Optional.of(value), Notation.DOUBLE.parser().apply(text, Path.of("")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", ".", "e5", "NaN", ".nan", "1,5", "1_0", "0x1", "1e9999", "--1", "1%%"})
    void nothing_else_is_a_number(String text) {
        assertEquals(Optional.empty(), Notation.DOUBLE.parser().apply(text, Path.of("")));
    }

    @Test
    void a_number_is_printed_without_exponent() {
        assertEquals("0.1", Notation.DOUBLE.format().apply(0.1));
        assertEquals("10000000000", Notation.DOUBLE.format().apply(1e10));
        assertEquals("0.000001", Notation.DOUBLE.format().apply(1e-6));
    }

    @Test
    void a_number_of_any_length_is_refused_quickly() {
        assertEquals(Optional.empty(), Notation.LONG.parser().apply("9".repeat(1_000_000), Path.of("")));
        assertEquals(Optional.empty(), Notation.DOUBLE.parser().apply("9".repeat(1_000_000), Path.of("")));
    }

    @Test
    void names_of_code_are_spelled_as_users_write_them() {
        assertEquals("max_idle", Spelling.snake("maxIdle"));
        assertEquals("use_http_proxy", Spelling.snake("useHTTPProxy"));
        assertEquals("tls13_only", Spelling.snake("tls13Only"));
        assertEquals("port", Spelling.snake("port"));
        assertEquals("call-id", Spelling.of(HashKey.Kind.CALL_ID));
    }
}
