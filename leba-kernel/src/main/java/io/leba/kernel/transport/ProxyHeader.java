package io.leba.kernel.transport;

import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads the header of the PROXY protocol, versions 1 and 2, at the beginning of a connection ("The PROXY protocol", versions 1
 * and 2, W. Tarreau, 2020). Strict: what the text does not allow is no header. Keeps nothing between calls; a call costs as much
 * as the bytes that decide, and makes objects only once the header is whole.
 */
@OnLoop
public final class ProxyHeader {
    /** The longest header that is read; a longer one is refused as soon as its length is known. */
    public static final int MOST_BYTES = 4096;

    private static final byte[] WORD = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_LINE = 107;
    static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    static final int FIXED = 16;
    private static final int CHECKSUM = 3;
    private static final int TLV_HEAD = 3;

    private static final Read MORE = new More();
    private static final Read ABSENT = new Absent();

    private ProxyHeader() {}

    /** What the first bytes of a connection are. */
    public sealed interface Read {}

    /** They may become a header; more are needed. */
    public record More() implements Read {}

    /** They are something else. */
    public record Absent() implements Read {}

    /** They begin as a header does, and go on as none may. */
    public record Malformed(String problem) implements Read {}

    /**
     * They begin with a header.
     *
     * @param length its bytes
     * @param addresses empty if it says nothing of a client: the connection's own ends hold
     */
    public record Whole(int length, Optional<ProxyAddresses> addresses) implements Read {}

    /** Looks at everything that has come so far, without moving the reader index. */
    public static Read read(ByteBuf bytes) {
        int readable = bytes.readableBytes();
        if (readable == 0) {
            return MORE;
        }
        byte[] beginning = bytes.getByte(bytes.readerIndex()) == WORD[0] ? WORD : SIGNATURE;
        int common = Math.min(readable, beginning.length);
        for (int i = 0; i < common; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != beginning[i]) {
                return ABSENT;
            }
        }
        if (common < beginning.length) {
            return MORE;
        }
        return beginning == WORD ? line(bytes) : binary(bytes);
    }

    private static Read line(ByteBuf bytes) {
        int from = bytes.readerIndex();
        int most = Math.min(bytes.readableBytes(), LONGEST_LINE);
        int feed = bytes.indexOf(from, from + most, (byte) '\n');
        if (feed < 0) {
            return most < LONGEST_LINE ? MORE : new Malformed("line too long");
        }
        if (bytes.getByte(feed - 1) != '\r') {
            return new Malformed("line does not end with CR LF");
        }
        String line = bytes.toString(from + WORD.length, feed - 1 - from - WORD.length, StandardCharsets.ISO_8859_1);
        int length = feed + 1 - from;
        if (line.equals("UNKNOWN") || line.startsWith("UNKNOWN ")) {
            return new Whole(length, Optional.empty());
        }
        String[] words = line.split(" ", -1);
        boolean isFour = words[0].equals("TCP4");
        if (!isFour && !words[0].equals("TCP6")) {
            return new Malformed("unknown family");
        }
        if (words.length != 5) {
            return new Malformed("not two addresses and two ports");
        }
        InetAddress source = isFour ? four(words[1]) : six(words[1]);
        InetAddress destination = isFour ? four(words[2]) : six(words[2]);
        int sourcePort = decimal(words[3], 65535);
        int destinationPort = decimal(words[4], 65535);
        if (source == null || destination == null) {
            return new Malformed("not an address of the family");
        }
        if (sourcePort < 0 || destinationPort < 0) {
            return new Malformed("not a port");
        }
        return new Whole(
                length,
                Optional.of(new ProxyAddresses(
                        new InetSocketAddress(source, sourcePort),
                        new InetSocketAddress(destination, destinationPort))));
    }

    /** A number without sign and leading zeros, or -1. */
    private static int decimal(String text, int most) {
        if (text.isEmpty() || text.length() > 5 || text.length() > 1 && text.charAt(0) == '0') {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value <= most ? value : -1;
    }

    private static InetAddress four(String text) {
        String[] octets = text.split("\\.", -1);
        if (octets.length != 4) {
            return null;
        }
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            int octet = decimal(octets[i], 255);
            if (octet < 0) {
                return null;
            }
            address[i] = (byte) octet;
        }
        return address(address);
    }

    private static InetAddress six(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
                return null;
            }
        }
        byte[] address = NetUtil.isValidIpV6Address(text) ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        return address == null ? null : address(address);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // only of another length than 4 and 16
        }
    }

    private static Read binary(ByteBuf bytes) {
        if (bytes.readableBytes() < FIXED) {
            return MORE;
        }
        int from = bytes.readerIndex();
        int command = bytes.getByte(from + 12);
        int family = bytes.getByte(from + 13);
        int length = bytes.getUnsignedShort(from + 14);
        if ((command & 0xf0) != 0x20) {
            return new Malformed("unknown version");
        }
        if (command != 0x20 && command != 0x21) {
            return new Malformed("unknown command");
        }
        int needed = addressBytes(family);
        boolean isLocal = command == 0x20;
        if (!isLocal && needed < 0) {
            return new Malformed("unknown family or transport");
        }
        if (!isLocal && length < needed) {
            return new Malformed("too short for its addresses");
        }
        if (FIXED + length > MOST_BYTES) {
            return new Malformed("too long");
        }
        if (bytes.readableBytes() < FIXED + length) {
            return MORE;
        }
        if (isLocal) {
            return new Whole(FIXED + length, Optional.empty());
        }
        String problem = extensions(bytes, from + FIXED + needed, from + FIXED + length);
        if (problem != null) {
            return new Malformed(problem);
        }
        return new Whole(FIXED + length, addresses(bytes, from + FIXED, family >> 4));
    }

    /** How many bytes the addresses of a family take; -1 if there is no such family or transport. */
    private static int addressBytes(int family) {
        return switch (family) {
            case 0x00 -> 0;
            case 0x11, 0x12 -> 12;
            case 0x21, 0x22 -> 36;
            case 0x31, 0x32 -> 216;
            default -> -1;
        };
    }

    private static Optional<ProxyAddresses> addresses(ByteBuf bytes, int at, int family) {
        int size = family == 1 ? 4 : 16;
        if (family != 1 && family != 2) {
            return Optional.empty(); // unspecified, or a socket of the client's own machine
        }
        byte[] source = new byte[size];
        byte[] destination = new byte[size];
        bytes.getBytes(at, source);
        bytes.getBytes(at + size, destination);
        return Optional.of(new ProxyAddresses(
                new InetSocketAddress(address(source), bytes.getUnsignedShort(at + 2 * size)),
                new InetSocketAddress(address(destination), bytes.getUnsignedShort(at + 2 * size + 2))));
    }

    /** Walks over what follows the addresses; null if it is well-formed and its checksum, if there is one, is right. */
    private static String extensions(ByteBuf bytes, int from, int to) {
        int checksum = -1;
        int at = from;
        while (at < to) {
            if (to - at < TLV_HEAD) {
                return "an extension is cut off";
            }
            int type = bytes.getUnsignedByte(at);
            int size = bytes.getUnsignedShort(at + 1);
            at += TLV_HEAD;
            if (size > to - at) {
                return "an extension is longer than the header";
            }
            if (type == CHECKSUM) {
                if (size != 4 || checksum >= 0) {
                    return "not one checksum of four bytes";
                }
                checksum = at;
            }
            at += size;
        }
        return checksum < 0 || isRight(bytes, checksum, to) ? null : "the checksum is wrong";
    }

    private static boolean isRight(ByteBuf bytes, int checksum, int to) {
        int from = bytes.readerIndex();
        CRC32C crc = new CRC32C();
        crc.update(bytes.nioBuffer(from, checksum - from));
        crc.update(ByteBuffer.allocate(4));
        crc.update(bytes.nioBuffer(checksum + 4, to - checksum - 4));
        return (int) crc.getValue() == bytes.getInt(checksum);
    }
}
