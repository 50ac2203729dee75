package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a client says in its TLS hello that routing goes by. Everything else in it, known or not (GREASE, RFC 8701, among it), is
 * passed over; of an encrypted hello (ECH) it is the outer one that is seen.
 *
 * @param serverName in lower case; empty if it names none
 * @param protocols what it offers by ALPN, in its order
 */
@OnLoop
record ClientHello(String serverName, List<String> protocols) {
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int HOST_NAME = 0;
    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int LONGEST_NAME = 255;

    /**
     * Reads the handshake message (RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301 §3.1).
     *
     * @param bytes the message from the end of its length field on
     * @return null if it is not well-formed
     */
    static ClientHello parse(byte[] bytes, int from, int to) {
        try {
            return read(new Cursor(bytes, from, to));
        } catch (Overrun e) {
            return null;
        }
    }

    private static ClientHello read(Cursor hello) {
        hello.skip(VERSION_AND_RANDOM);
        int session = hello.one();
        hello.skip(session);
        int ciphers = hello.two();
        hello.skip(ciphers);
        int compressions = hello.one();
        hello.skip(compressions);
        if (session > 32 || ciphers < 2 || ciphers % 2 != 0 || compressions == 0) {
            return null;
        }
        String name = null;
        List<String> protocols = null;
        if (hello.isAtEnd()) {
            return new ClientHello("", List.of()); // no extensions at all
        }
        Cursor extensions = hello.part(hello.two());
        if (!hello.isAtEnd()) {
            return null;
        }
        while (!extensions.isAtEnd()) {
            int type = extensions.two();
            Cursor extension = extensions.part(extensions.two());
            if (type == SERVER_NAME) {
                if (name != null) {
                    return null;
                }
                name = name(extension);
                if (name == null) {
                    return null;
                }
            } else if (type == ALPN) {
                if (protocols != null) {
                    return null;
                }
                protocols = protocols(extension);
                if (protocols == null) {
                    return null;
                }
            }
        }
        return new ClientHello(name == null ? "" : name, protocols == null ? List.of() : protocols);
    }

    /** The one host name of the list; empty if there are names of other kinds only; null if it is not well-formed. */
    private static String name(Cursor extension) {
        Cursor list = extension.part(extension.two());
        if (!extension.isAtEnd() || list.isAtEnd()) {
            return null;
        }
        String name = null;
        while (!list.isAtEnd()) {
            int kind = list.one();
            Cursor entry = list.part(list.two());
            if (kind == HOST_NAME) {
                if (name != null) {
                    return null;
                }
                name = entry.hostName();
                if (name == null) {
                    return null;
                }
            }
        }
        return name == null ? "" : name;
    }

    private static List<String> protocols(Cursor extension) {
        Cursor list = extension.part(extension.two());
        if (!extension.isAtEnd() || list.isAtEnd()) {
            return null;
        }
        List<String> protocols = new ArrayList<>();
        while (!list.isAtEnd()) {
            Cursor entry = list.part(list.one());
            if (entry.isAtEnd()) {
                return null;
            }
            protocols.add(entry.text());
        }
        return protocols;
    }

    /** Bytes that were said to be there and are not. */
    private static final class Overrun extends RuntimeException {
        private static final long serialVersionUID = 1;
        private static final Overrun INSTANCE = new Overrun();

        private Overrun() {
            super("overrun", null, false, false);
        }
    }

    /** Reads a part of the message, and never beyond. */
    private static final class Cursor {
        private final byte[] bytes;
        private final int to;
        private int at;

        Cursor(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.at = from;
            this.to = to;
        }

        boolean isAtEnd() {
            return at == to;
        }

        void skip(int count) {
            if (count > to - at) {
                throw Overrun.INSTANCE;
            }
            at += count;
        }

        int one() {
            skip(1);
            return bytes[at - 1] & 0xff;
        }

        int two() {
            return one() << 8 | one();
        }

        Cursor part(int count) {
            skip(count);
            return new Cursor(bytes, at - count, at);
        }

        String text() {
            return new String(bytes, at, to - at, StandardCharsets.ISO_8859_1);
        }

        /** In lower case, without a dot at the end; null if it is no host name. */
        String hostName() {
            int end = to - at > 1 && bytes[to - 1] == '.' ? to - 1 : to;
            if (end == at || end - at > LONGEST_NAME) {
                return null;
            }
            for (int i = at; i < end; i++) {
                byte c = bytes[i];
                boolean isFine = c >= 'a' && c <= 'z'
                        || c >= 'A' && c <= 'Z'
                        || c >= '0' && c <= '9'
                        || c == '-'
                        || c == '_'
                        || c == '.' && i > at && bytes[i - 1] != '.';
                if (!isFine) {
                    return null;
                }
            }
            return new String(bytes, at, end - at, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
        }
    }
}
