package io.leba.kernel.transport.tls;

import io.leba.kernel.transport.tls.ServerTlsSettings.Tickets;
import io.leba.spi.TimeSource;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The keys of one frontend's session tickets: the newest makes them, the others still read theirs. Made at random, kept in
 * memory only, and forgotten when the last ticket of a key is too old: what was recorded cannot be read later. Any thread.
 */
final class TicketKeys {
    private final Tickets settings;
    private final TimeSource time;
    private final SecureRandom random = new SecureRandom();
    private final Deque<Key> keys = new ArrayDeque<>();

    private record Key(OpenSslSessionTicketKey secret, Instant made) {}

    TicketKeys(Tickets settings, TimeSource time) {
        this.settings = settings;
        this.time = time;
        rotate();
    }

    Tickets settings() {
        return settings;
    }

    /** Makes a new key if it is time; whether it was. */
    synchronized boolean rotate() {
        Instant now = time.now();
        if (!keys.isEmpty() && now.isBefore(keys.getFirst().made().plus(settings.rotation()))) {
            return false;
        }
        keys.addFirst(new Key(
                new OpenSslSessionTicketKey(
                        bytes(OpenSslSessionTicketKey.NAME_SIZE),
                        bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                        bytes(OpenSslSessionTicketKey.AES_KEY_SIZE)),
                now));
        Instant oldest = now.minus(settings.rotation()).minus(settings.lifetime());
        keys.removeIf(key -> key.made().isBefore(oldest));
        return true;
    }

    /** The newest first. */
    synchronized OpenSslSessionTicketKey[] current() {
        return keys.stream().map(Key::secret).toArray(OpenSslSessionTicketKey[]::new);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
