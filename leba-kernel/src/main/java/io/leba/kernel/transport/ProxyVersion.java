package io.leba.kernel.transport;

import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A version of the PROXY protocol, to say who the client is. */
public enum ProxyVersion {
    /** A line of text. */
    V1 {
        @Override
        void write(ByteBuf into, Optional<ProxyAddresses> addresses) {
            if (addresses.isEmpty()) {
                text(into, "PROXY UNKNOWN\r\n");
                return;
            }
            InetSocketAddress client = addresses.get().client();
            InetSocketAddress local = addresses.get().local();
            boolean isSix = isSix(client, local);
            text(into, isSix ? "PROXY TCP6 " : "PROXY TCP4 ");
            text(into, shown(client.getAddress(), isSix) + ' ' + shown(local.getAddress(), isSix) + ' ');
            text(into, client.getPort() + " " + local.getPort() + "\r\n");
        }
    },
    /** The binary form. */
    V2 {
        @Override
        void write(ByteBuf into, Optional<ProxyAddresses> addresses) {
            into.writeBytes(ProxyHeader.SIGNATURE);
            if (addresses.isEmpty()) {
                into.writeByte(0x20).writeByte(0).writeShort(0);
                return;
            }
            InetSocketAddress client = addresses.get().client();
            InetSocketAddress local = addresses.get().local();
            boolean isSix = isSix(client, local);
            into.writeByte(0x21).writeByte(isSix ? 0x21 : 0x11).writeShort(isSix ? 36 : 12);
            into.writeBytes(bytes(client.getAddress(), isSix)).writeBytes(bytes(local.getAddress(), isSix));
            into.writeShort(client.getPort()).writeShort(local.getPort());
        }
    };

    private static final int MOST = 128;

    /**
     * The header.
     *
     * @param addresses empty: the connection is LEBA's own (a health check), and nobody's behalf
     */
    @OnLoop
    ByteBuf header(ByteBufAllocator allocator, Optional<ProxyAddresses> addresses) {
        ByteBuf header = allocator.directBuffer(MOST);
        write(header, addresses);
        return header;
    }

    abstract void write(ByteBuf into, Optional<ProxyAddresses> addresses);

    private static void text(ByteBuf into, String text) {
        into.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    private static boolean isSix(InetSocketAddress client, InetSocketAddress local) {
        return client.getAddress() instanceof Inet6Address || local.getAddress() instanceof Inet6Address;
    }

    /** The address in the family that both have; an IPv4 one among IPv6 ones in its mapped form. */
    private static byte[] bytes(InetAddress address, boolean isSix) {
        byte[] own = address.getAddress();
        if (!isSix || own.length == 16) {
            return own;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(own, 0, mapped, 12, 4);
        return mapped;
    }

    private static String shown(InetAddress address, boolean isSix) {
        if (isSix && !(address instanceof Inet6Address)) {
            return "::ffff:" + address.getHostAddress();
        }
        String text = address.getHostAddress();
        int zone = text.indexOf('%'); // what it is called here means nothing elsewhere
        return zone < 0 ? text : text.substring(0, zone);
    }
}
