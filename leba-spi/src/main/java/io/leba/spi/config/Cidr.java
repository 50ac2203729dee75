package io.leba.spi.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A block of IP addresses (RFC 4632, RFC 4291 §2.3), written {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single
 * address. IPv4 addresses mapped into IPv6 count as IPv4. Host names are refused: nothing is looked up.
 */
public final class Cidr {
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
        if (host.isEmpty() || !isAddressLiteral(host)) {
            throw expected(text);
        }
        try {
            byte[] address = InetAddress.getByName(host).getAddress();
            int length = slash < 0 ? address.length * 8 : Integer.parseInt(trimmed.substring(slash + 1));
            if (length < 0 || length > address.length * 8) {
                throw expected(text);
            }
            for (int bit = length; bit < address.length * 8; bit++) {
                address[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
            }
            return new Cidr(address, length);
        } catch (UnknownHostException | NumberFormatException e) {
            throw expected(text);
        }
    }

    private static boolean isAddressLiteral(String host) {
        boolean colon = host.indexOf(':') >= 0;
        int dots = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.') {
                dots++;
            } else if (!(c >= '0' && c <= '9') && !(colon && (c == ':' || Character.digit(c, 16) >= 0))) {
                return false;
            }
        }
        return colon || dots == 3;
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
