package io.leba.spi.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    private static boolean contains(String block, String address) throws UnknownHostException {
        return Cidr.parse(block).contains(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.3/8, 10.9.9.9, true",
        "192.168.1.0/25, 192.168.1.127, true",
        "192.168.1.0/25, 192.168.1.128, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8::/33, 2001:db8:8000::, false",
        "::/0, 2001:db8::1, true",
        "::1, ::1, true",
        "::ffff:10.0.0.0/104, 10.9.9.9, true",
        "::ffff:10.0.0.0/104, 11.0.0.0, false",
        "::ffff:10.0.0.1, 10.0.0.1, true",
        "10.0.0.0/8, ::ffff:10.0.0.1, true",
    })
    void a_block_holds_exactly_the_addresses_with_its_prefix(String block, String address, boolean held)
            throws UnknownHostException {
        assertEquals(held, contains(block, address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "/8",
                "localhost",
                "example.com/24",
                "999.1.1.1",
                "1.2.3",
                "1..2.3",
                "...",
                "1.2.3.4.5",
                "010.0.0.1",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/8/8",
                "10.0.0.0/٨",
                "1٠.0.0.0/8",
                "2001:db8::/129",
                "2001:db8:::/32",
                "12345::",
                "fe80::1%eth0",
                ".:1",
                "::ffff:10.0.0.0/8",
                "abc",
            })
    void anything_else_is_refused_and_quoted(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
        assertEquals(
                "must be an address block such as 10.0.0.0/8 or 2001:db8::/32, got '" + text + "'",
                refused.getMessage());
    }

    @Test
    void nothing_is_looked_up_however_a_text_looks_like_an_address() {
        // A lookup that fails takes a resolver's timeout, here for each of a thousand names.
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (int i = 0; i < 1000; i++) {
                String text = "300.1.1." + i;
                assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
            }
        });
    }

    @Test
    void blocks_are_equal_if_they_hold_the_same_addresses() {
        assertEquals(Cidr.parse("10.0.0.0/8"), Cidr.parse(" 10.1.2.3/8 "));
        assertEquals(
                Cidr.parse("10.0.0.0/8").hashCode(), Cidr.parse("10.1.2.3/8").hashCode());
        assertNotEquals(Cidr.parse("10.0.0.0/8"), Cidr.parse("10.0.0.0/9"));
        assertNotEquals(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));
        assertFalse(Cidr.parse("10.0.0.0/8").equals("10.0.0.0/8"));
    }
}
