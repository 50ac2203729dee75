package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.HttpConfig;
import io.leba.spi.protocol.ClientConnection;
import java.nio.charset.StandardCharsets;

/** What clients of earlier versions are told of HTTP/3: the value of {@code Alt-Svc} (RFC 7838 §3). */
final class Alternative {
    private final HttpConfig.Advertise config;
    private volatile Told last = new Told(0, null);

    Alternative(HttpConfig.Http3 http3) {
        config = http3.enabled() && http3.advertise().enabled() ? http3.advertise() : null;
    }

    private record Told(int port, byte[] value) {}

    /** The value for this client; null: nothing is said. Any loop. */
    byte[] value(ClientConnection client) {
        if (config == null || !client.isSecure()) {
            return null;
        }
        int served = client.quicPort();
        if (served == 0) {
            return null;
        }
        Told told = last;
        if (told.port != served) {
            String text = "h3=\":" + config.port().orElse(served) + "\"; ma="
                    + config.maxAge().toSeconds();
            told = new Told(served, text.getBytes(StandardCharsets.US_ASCII));
            last = told;
        }
        return told.value;
    }
}
