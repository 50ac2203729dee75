package io.leba.spi.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class ConfigValuesPropertiesTest {
    @Property
    void a_printed_block_denotes_the_same_block(
            @ForAll @Size(4) byte[] four, @ForAll @Size(16) byte[] sixteen, @ForAll @IntRange(max = 128) int length)
            throws UnknownHostException {
        for (byte[] bytes : new byte[][] {four, sixteen}) {
            InetAddress address = InetAddress.getByAddress(bytes);
            Cidr block = Cidr.parse(address.getHostAddress() + "/" + Math.min(length, address.getAddress().length * 8));
            assertEquals(block, Cidr.parse(block.toString()));
            assertTrue(block.contains(address));
            assertTrue(block.contains(address.getAddress()));
        }
    }

    @Property
    void a_printed_size_denotes_the_same_size(@ForAll @LongRange(min = 0) long bytes) {
        ByteSize size = new ByteSize(bytes);
        assertEquals(size, ByteSize.parse(size.toString()));
    }
}
