package io.leba.spi.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "512, 512",
        "512B, 512",
        "1KiB, 1024",
        "64 KiB, 65536",
        "10MiB, 10485760",
        "2GiB, 2147483648",
        "1KB, 1000",
        "3MB, 3000000",
        "1GB, 1000000000",
        "1kib, 1024",
        "9223372036854775807, 9223372036854775807",
    })
    void binary_and_decimal_units_are_told_apart(String text, long bytes) {
        assertEquals(new ByteSize(bytes), ByteSize.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "B", "KiB", "1.5MiB", "1 TB", "abc", "10 KiB B", "9223372036854775807KiB", "1K"})
    void anything_else_is_refused_and_quoted(String text) {
        assertEquals(
                "must be a size such as 512, 64KiB or 10MiB, got '" + text + "'",
                assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text))
                        .getMessage());
    }

    @Test
    void a_size_is_never_negative() {
        assertEquals(
                "must not be negative, got -1",
                assertThrows(IllegalArgumentException.class, () -> ByteSize.parse("-1"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new ByteSize(-1));
    }

    @Test
    void the_shortest_exact_notation_is_printed() {
        assertEquals("0", new ByteSize(0).toString());
        assertEquals("1000", new ByteSize(1000).toString());
        assertEquals("64KiB", new ByteSize(65536).toString());
        assertEquals("1025KiB", new ByteSize(1025 * 1024).toString());
        assertEquals("3MiB", new ByteSize(3 << 20).toString());
        assertEquals("2GiB", new ByteSize(2L << 30).toString());
    }

    @Test
    void sizes_are_ordered_by_their_bytes() {
        assertTrue(ByteSize.parse("1MB").compareTo(ByteSize.parse("1MiB")) < 0);
    }
}
