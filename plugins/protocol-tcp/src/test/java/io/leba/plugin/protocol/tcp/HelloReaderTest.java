package io.leba.plugin.protocol.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.plugin.protocol.tcp.HelloReader.Found;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HelloReaderTest {
    private static final byte[] HELLO = Hellos.of("www.Example.com", "h2", "http/1.1");

    private static Found read(byte[] bytes) {
        return new HelloReader().read(Unpooled.wrappedBuffer(bytes));
    }

    private static ClientHello hello(byte[] bytes) {
        HelloReader reader = new HelloReader();
        assertEquals(Found.HELLO, reader.read(Unpooled.wrappedBuffer(bytes)));
        return reader.hello();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void aRealHelloTellsNameAndProtocols() {
        assertEquals(new ClientHello("www.example.com", List.of("h2", "http/1.1")), hello(HELLO));
        assertEquals(new ClientHello("", List.of()), hello(Hellos.of("")));
    }

    @Test
    void itIsReadTheSameInPiecesAndRecordsOfAnySize() {
        for (int size : new int[] {1, 2, 3, 4, 5, 7, 100, 1 << 14}) {
            byte[] bytes = Hellos.inRecordsOf(size, HELLO);
            HelloReader reader = new HelloReader();
            ByteBuf all = Unpooled.buffer(bytes.length);
            for (int i = 0; i < bytes.length - 1; i++) {
                all.writeByte(bytes[i]);
                assertEquals(Found.MORE, reader.read(all), "records of " + size + ", byte " + i);
            }
            all.writeByte(bytes[bytes.length - 1]);
            assertEquals(Found.HELLO, reader.read(all), "records of " + size);
            assertEquals("www.example.com", reader.hello().serverName());
        }
    }

    @Test
    void whatFollowsTheHelloIsNotLookedAt() {
        byte[] more = Arrays.copyOf(HELLO, HELLO.length + 10);
        assertEquals("www.example.com", hello(more).serverName());
    }

    @Test
    void somethingElseIsNoTls() {
        for (String text : List.of(
                "GET / HTTP/1.1\r\n", "\0\0\0\10\4\322\26\57", "SSH-2.0-x", "\u0016\u0002", "\u0016\u0003\u0005")) {
            assertEquals(Found.NO_TLS, read(text.getBytes(StandardCharsets.ISO_8859_1)), text);
        }
        assertEquals(Found.NO_TLS, read(hex("160301000102")), "another handshake message");
        assertEquals(Found.NO_TLS, read(hex("1603010000")), "a record of nothing");
        assertEquals(Found.NO_TLS, read(hex("1603014001")), "a record that is too long");
        assertEquals(Found.MORE, read(hex("160301")));
    }

    @Test
    void unknownExtensionsArePassedOver() {
        byte[] grease =
                hex("0a0a0000" + "fe0d000401020304" + "0000000e000c000009" + "6c6f63616c686f7374" + "1a1a000100");
        assertEquals("localhost", hello(Hellos.with(grease)).serverName());
    }

    @Test
    void aHelloOfOtherShapesIsMalformed() {
        String name = "0000000e000c0000096c6f63616c686f7374";
        for (String extensions : List.of(
                name + name, // twice
                "00000000", // no list
                "000000020000", // an empty list
                "00000005000300000" + "0", // an empty name
                "0000000f000c0000096c6f63616c686f737400", // more than the list
                "0000000e000d0000096c6f63616c686f7374", // a list longer than the extension
                "0000000e000c00000a6c6f63616c686f7374", // a name longer than the list
                "0000000e000c0000096c6f63616c000a7374", // control characters
                "0000000e000c00000961622e2e63642e6566", // an empty label
                "00000016001400000961616161616161616100000561616161" + "61", // two names
                "00100000",
                "001000020000",
                "00100003000100", // an empty protocol
                "0010000500030268", // cut off
                "0010000500030268320010000500030268" + "32", // twice
                "001000", // an extension cut off
                "0a0a0001")) {
            assertEquals(Found.MALFORMED, read(Hellos.with(hex(extensions))), extensions);
        }
        byte[] bad = HELLO.clone();
        bad[5 + 4 + 2 + 32] = 33;
        assertEquals(Found.MALFORMED, read(bad), "a session id that is too long");
        byte[] split = Hellos.inRecordsOf(20, HELLO);
        split[25] = 23;
        assertEquals(Found.MALFORMED, read(split), "another record in the midst of it");
    }

    @Test
    void aNameKeepsNoDotAtItsEndAndOtherKindsOfNamesAreNone() {
        assertEquals(
                "a.b",
                hello(Hellos.with(hex("0000000900070000" + "04" + "612e422e"))).serverName());
        assertEquals("", hello(Hellos.with(hex("00000006000401000161"))).serverName());
    }

    @Test
    void whatIsHeldIsBounded() {
        assertEquals(Found.TOO_LARGE, read(hex("160301" + "4000" + "01004001")));
        byte[] large = Hellos.with(new byte[HelloReader.MOST_BYTES - 100]);
        assertEquals(Found.MALFORMED, read(large), "whole, and of extensions of nothing twice over");
        HelloReader reader = new HelloReader();
        ByteArrayOutputStream tiny = new ByteArrayOutputStream();
        tiny.writeBytes(hex("16030100040100" + "4000"));
        for (int i = 0; i < 8000; i++) {
            tiny.writeBytes(hex("160301000100"));
        }
        assertEquals(Found.TOO_LARGE, reader.read(Unpooled.wrappedBuffer(tiny.toByteArray())));
    }

    /** Whatever comes, it ends, it throws nothing, and in pieces it is the same. */
    @Property(tries = 2000)
    void noBytesMakeItFail(
            @ForAll byte[] noise,
            @ForAll @IntRange(max = 400) int at,
            @ForAll byte value,
            @ForAll @IntRange(min = 1, max = 40) int size) {
        sameInPieces(noise);
        sameInPieces(Hellos.with(noise));
        byte[] changed = HELLO.clone();
        changed[at % changed.length] = value;
        sameInPieces(changed);
        sameInPieces(Arrays.copyOf(changed, at % changed.length));
        byte[] records = Hellos.inRecordsOf(size, HELLO);
        records[at % records.length] = value;
        sameInPieces(records);
    }

    private static void sameInPieces(byte[] bytes) {
        HelloReader whole = new HelloReader();
        Found found = whole.read(Unpooled.wrappedBuffer(bytes));
        HelloReader inPieces = new HelloReader();
        ByteBuf all = Unpooled.buffer(bytes.length + 1);
        Found last = Found.MORE;
        for (int i = 0; i < bytes.length && last == Found.MORE; i++) {
            all.writeByte(bytes[i]);
            last = inPieces.read(all);
        }
        assertEquals(found, last);
        if (found == Found.HELLO) {
            assertNotNull(whole.hello());
            assertEquals(whole.hello(), inPieces.hello());
            assertTrue(whole.hello().serverName().length() <= 255);
        }
    }
}
