package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.kernel.transport.ProxyHeader.Absent;
import io.leba.kernel.transport.ProxyHeader.Malformed;
import io.leba.kernel.transport.ProxyHeader.More;
import io.leba.kernel.transport.ProxyHeader.Read;
import io.leba.kernel.transport.ProxyHeader.Whole;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String LONG = "PROXY TCP6 2001:db8::1 2001:DB8::2 1 65535\r\n";
    private static final String MAPPED = "PROXY TCP6 ::ffff:10.0.0.1 ::1 0 9\r\n";
    private static final String FOUR = "0a000001" + "c0a80102" + "1f90" + "01bb";

    private static Read read(byte[] bytes) {
        return ProxyHeader.read(Unpooled.wrappedBuffer(bytes));
    }

    private static Read line(String text) {
        return read(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] hex(String... parts) {
        return HexFormat.of().parseHex(String.join("", parts));
    }

    private static Read binary(String... parts) {
        return read(hex(SIGNATURE, String.join("", parts)));
    }

    private static ProxyAddresses addresses(String client, int clientPort, String local, int localPort) {
        try {
            return new ProxyAddresses(
                    new InetSocketAddress(InetAddress.getByName(client), clientPort),
                    new InetSocketAddress(InetAddress.getByName(local), localPort));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Whole whole(int length, ProxyAddresses addresses) {
        return new Whole(length, Optional.of(addresses));
    }

    @Test
    void aLineTellsBothEnds() {
        assertEquals(
                whole(42, addresses("10.0.0.1", 8080, "192.168.1.2", 443)),
                line("PROXY TCP4 10.0.0.1 192.168.1.2 8080 443\r\nGET /"));
        assertEquals(whole(LONG.length(), addresses("2001:db8::1", 1, "2001:db8::2", 65535)), line(LONG));
        assertEquals(whole(MAPPED.length(), addresses("10.0.0.1", 0, "::1", 9)), line(MAPPED));
        assertEquals(new Whole(15, Optional.empty()), line("PROXY UNKNOWN\r\n"));
        assertEquals(new Whole(25, Optional.empty()), line("PROXY UNKNOWN what ever\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 10.0.0.1 192.168.1.2 8080 443\n",
                "PROXY TCP4 10.0.0.1 192.168.1.2 8080 443 \r\n",
                "PROXY TCP4  10.0.0.1 192.168.1.2 8080 443\r\n",
                "PROXY TCP4 10.0.0.1 192.168.1.2 8080\r\n",
                "PROXY TCP4 10.0.0.01 192.168.1.2 8080 443\r\n",
                "PROXY TCP4 10.0.0.256 192.168.1.2 8080 443\r\n",
                "PROXY TCP4 10.0.1 192.168.1.2 8080 443\r\n",
                "PROXY TCP4 10.0.0.1 192.168.1.2 8080 0443\r\n",
                "PROXY TCP4 10.0.0.1 192.168.1.2 8080 65536\r\n",
                "PROXY TCP4 10.0.0.1 192.168.1.2 -1 443\r\n",
                "PROXY TCP4 10.0.0.1 192.168.1.2 +1 443\r\n",
                "PROXY TCP4 ::1 ::1 8080 443\r\n",
                "PROXY TCP6 10.0.0.1 192.168.1.2 8080 443\r\n",
                "PROXY TCP6 fe80::1%eth0 ::1 8080 443\r\n",
                "PROXY TCP6 [::1] ::1 8080 443\r\n",
                "PROXY TCP6 ::1::2 ::1 8080 443\r\n",
                "PROXY TCP6 localhost ::1 8080 443\r\n",
                "PROXY UDP4 10.0.0.1 192.168.1.2 8080 443\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY tcp4 10.0.0.1 192.168.1.2 8080 443\r\n",
                "PROXY \r\n",
                "PROXY \n"
            })
    void aLineThatIsNotQuiteOneIsRefused(String text) {
        assertInstanceOf(Malformed.class, line(text), text);
    }

    @Test
    void aLineIsNoLongerThanTheLongestThereCanBe() {
        assertInstanceOf(More.class, line("PROXY UNKNOWN " + "x".repeat(92)));
        assertInstanceOf(Malformed.class, line("PROXY UNKNOWN " + "x".repeat(93)));
        assertEquals(new Whole(107, Optional.empty()), line("PROXY UNKNOWN " + "x".repeat(91) + "\r\n"));
        assertInstanceOf(Malformed.class, line("PROXY UNKNOWN " + "x".repeat(92) + "\r\n"));
    }

    @Test
    void whatBeginsOtherwiseIsNoHeader() {
        for (String text :
                List.of("GET / HTTP/1.1\r\n", "PRI * HTTP/2.0", "PROXIES", "proxy TCP4", "\r\n\r\nhello", "x")) {
            assertInstanceOf(Absent.class, line(text), text);
        }
        assertInstanceOf(More.class, line(""));
        assertInstanceOf(More.class, line("PROXY"));
        assertInstanceOf(More.class, line("\r\n\r\n"));
    }

    @Test
    void theBinaryFormTellsBothEnds() {
        ProxyAddresses four = addresses("10.0.0.1", 8080, "192.168.1.2", 443);
        assertEquals(whole(28, four), binary("21", "11", "000c", FOUR));
        assertEquals(whole(28, four), binary("21", "12", "000c", FOUR), "a datagram's client is a client");
        assertEquals(whole(28, four), binary("21", "11", "000c", FOUR, "474554"), "what follows is not its own");
        assertEquals(
                whole(52, addresses("2001:db8::1", 8080, "::1", 443)),
                binary("21", "21", "0024", "20010db8000000000000000000000001", "00".repeat(15) + "01", "1f90", "01bb"));
    }

    @Test
    void whereNothingIsSaidOfAClientTheConnectionsOwnEndsHold() {
        assertEquals(new Whole(16, Optional.empty()), binary("20", "00", "0000"), "local");
        assertEquals(new Whole(28, Optional.empty()), binary("20", "11", "000c", FOUR), "local, whatever it says");
        assertEquals(new Whole(18, Optional.empty()), binary("20", "7f", "0002", "ffff"), "local: not looked into");
        assertEquals(new Whole(16, Optional.empty()), binary("21", "00", "0000"), "unspecified");
        assertEquals(new Whole(232, Optional.empty()), binary("21", "31", "00d8", "00".repeat(216)), "a Unix socket");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11" + "11" + "000c" + FOUR, // version 1
                "31" + "11" + "000c" + FOUR, // version 3
                "22" + "11" + "000c" + FOUR, // an unknown command
                "21" + "10" + "000c" + FOUR, // a family without a transport
                "21" + "01" + "0000",
                "21" + "13" + "000c" + FOUR,
                "21" + "41" + "000c" + FOUR,
                "21" + "11" + "000b" + "0a000001c0a801021f9001", // too short
                "21" + "21" + "000c" + FOUR,
                "21" + "31" + "000c" + FOUR,
                "21" + "11" + "0ff1", // 4097 bytes in all
                "20" + "00" + "ffff",
                "21" + "11" + "000e" + FOUR + "0400", // an extension cut off
                "21" + "11" + "000f" + FOUR + "040001", // longer than the header
                "21" + "11" + "0012" + FOUR + "030003000000", // a checksum of three bytes
                "21" + "11" + "0013" + FOUR + "03000400000000" // a wrong checksum
            })
    void aBinaryHeaderThatIsNotQuiteOneIsRefused(String rest) {
        assertInstanceOf(Malformed.class, binary(rest), rest);
    }

    @Test
    void extensionsArePassedOverAndAChecksumIsChecked() {
        String more = "040002ffff" + "050003616263" + "01000268320300040000000020000100";
        byte[] bytes = hex(
                SIGNATURE, "21", "11", "0027".replace("27", Integer.toHexString(12 + more.length() / 2)), FOUR, more);
        int at = 16 + 12 + 5 + 6 + 5 + 3;
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        ByteBuffer.wrap(bytes).putInt(at, (int) crc.getValue());

        assertEquals(whole(bytes.length, addresses("10.0.0.1", 8080, "192.168.1.2", 443)), read(bytes));
        for (int i = 16; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 0x40;
            if (i != at - 3) { // that there is a checksum
                assertInstanceOf(Malformed.class, read(changed), "byte " + i + " changed");
            }
        }
    }

    @Test
    void everyHeaderIsReadTheSameInPiecesOfAnySize() {
        for (byte[] header : List.of(
                "PROXY TCP4 10.0.0.1 192.168.1.2 8080 443\r\n".getBytes(StandardCharsets.US_ASCII),
                "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII),
                hex(SIGNATURE, "21", "11", "000c", FOUR),
                hex(SIGNATURE, "20", "00", "0000"))) {
            for (int size = 0; size < header.length; size++) {
                byte[] part = new byte[size];
                System.arraycopy(header, 0, part, 0, size);
                assertInstanceOf(More.class, read(part), "of " + header.length + " bytes " + size);
            }
            assertEquals(
                    header.length, assertInstanceOf(Whole.class, read(header)).length());
        }
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        for (ProxyVersion version : ProxyVersion.values()) {
            for (Optional<ProxyAddresses> said : List.of(
                    Optional.<ProxyAddresses>empty(),
                    Optional.of(addresses("10.0.0.1", 8080, "192.168.1.2", 443)),
                    Optional.of(addresses("2001:db8::1", 1, "2001:db8::2", 65535)),
                    Optional.of(addresses("10.0.0.1", 1, "2001:db8::2", 65535)))) {
                ByteBuf header = version.header(UnpooledByteBufAllocator.DEFAULT, said);
                try {
                    assertEquals(
                            new Whole(header.readableBytes(), said), ProxyHeader.read(header), version + " " + said);
                } finally {
                    header.release();
                }
            }
        }
    }

    @Property(tries = 2000)
    void noBytesMakeItFail(@ForAll byte[] noise, @ForAll @Size(max = 64) byte[] more) {
        for (String beginning : List.of("", "PROXY ", "PROXY TCP4 ", "PROXY TCP6 ::")) {
            seenBy(concat(beginning.getBytes(StandardCharsets.US_ASCII), noise));
        }
        seenBy(concat(hex(SIGNATURE), noise));
        seenBy(concat(
                hex(SIGNATURE, "2111", "00" + HexFormat.of().toHexDigits((byte) (12 + more.length)), FOUR), more));
    }

    private static byte[] concat(byte[] one, byte[] other) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(one);
        all.writeBytes(other);
        return all.toByteArray();
    }

    /** Whatever it is, it is decided once: more bytes change nothing, and the reader index stays. */
    private static void seenBy(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        Read read = ProxyHeader.read(buffer);
        assertEquals(0, buffer.readerIndex());
        if (read instanceof Whole header) {
            assertTrue(header.length() <= bytes.length);
        }
        if (!(read instanceof More)) {
            assertEquals(read, read(concat(bytes, new byte[] {'x'})));
        }
    }
}
