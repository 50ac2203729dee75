package io.leba.spi.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A block of IP addresses (RFC 4632, RFC 4291 §2.3), written {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single
 * address; bits beyond the prefix are dropped. IPv4 addresses mapped into IPv6 ({@code ::ffff:10.0.0.1}) count as IPv4.
 * Host names are refused: nothing is looked up.
 */
public final class Cidr {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");
    private static final int MAPPED_BITS = 96;

    private final byte[] network;
    private final int prefixLength;

    private Cidr(byte[] network, int prefixLength) {
        this.network = network;
        this.prefixLength = prefixLength;
    }

    /** The block that {@code text} denotes; throws {@link IllegalArgumentException} with what is expected. */
    public static Cidr parse(String text) {
        String trimmed = text.trim();
        int slash = trimmed.indexOf('/');
        String host = slash < 0 ? trimmed : trimmed.substring(0, slash);
        byte[] address = IPV4.matcher(host).matches() || isIpv6Literal(host) ? address(host, text) : null;
        String length = slash < 0 ? "" : trimmed.substring(slash + 1);
        if (address == null || slash >= 0 && !LENGTH.matcher(length).matches()) {
            throw expected(text);
        }
        int bits = address.length * 8;
        int mapped = bits == 32 && host.indexOf(':') >= 0 ? MAPPED_BITS : 0;
        int prefix = slash < 0 ? bits : Integer.parseInt(length) - mapped;
        if (prefix < 0 || prefix > bits) {
            throw expected(text);
        }
        for (int bit = prefix; bit < bits; bit++) {
            address[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        return new Cidr(address, prefix);
    }

    /** Text of this form is either an address or refused; it is never taken for a name. */
    private static boolean isIpv6Literal(String host) {
        return host.indexOf(':') >= 0 && IPV6_CHARACTERS.matcher(host).matches();
    }

    private static byte[] address(String literal, String text) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw expected(text);
        }
    }

    private static IllegalArgumentException expected(String text) {
        return new IllegalArgumentException(
                "must be an address block such as 10.0.0.0/8 or 2001:db8::/32, got '" + text + "'");
    }

    /** Whether the block holds the address. Allocates nothing for an address whose bytes the caller has. */
    public boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int whole = prefixLength >> 3;
        for (int i = 0; i < whole; i++) {
            if (address[i] != network[i]) {
                return false;
            }
        }
        int rest = prefixLength & 7;
        return rest == 0 || ((address[whole] ^ network[whole]) & (0xff00 >> rest) & 0xff) == 0;
    }

    /** Whether the block holds the address. */
    public boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr that && prefixLength == that.prefixLength && Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefixLength;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefixLength;
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
