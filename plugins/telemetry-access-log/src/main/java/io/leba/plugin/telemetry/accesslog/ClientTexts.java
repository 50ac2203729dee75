package io.leba.plugin.telemetry.accesslog;

import io.leba.spi.OnLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Addresses as text. A connection's exchanges share one address object, so that its text is made once and kept for a while. */
@OnLoop
final class ClientTexts {
    private static final int KEPT = 256;

    private final InetSocketAddress[] addresses = new InetSocketAddress[KEPT];
    private final byte[][] texts = new byte[KEPT][];

    /** The IP address without a port or zone. */
    byte[] of(InetSocketAddress address) {
        int slot = System.identityHashCode(address) & KEPT - 1;
        if (addresses[slot] != address) {
            addresses[slot] = address;
            texts[slot] = text(address).getBytes(StandardCharsets.US_ASCII);
        }
        return texts[slot];
    }

    private static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            return "";
        }
        String text = ip.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
