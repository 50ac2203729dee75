package io.leba.plugin.protocol.http.head;

/**
 * Reads {@code Connection} (RFC 9110 §7.6.1): whether the connection stays, and which further fields belong to this hop and
 * are left out of what is forwarded. A sender that lists a field which frames the message is up to something.
 */
final class ConnectionOptions {
    private static final byte[] CLOSE = {'c', 'l', 'o', 's', 'e'};
    private static final byte[] UPGRADE = {'u', 'p', 'g', 'r', 'a', 'd', 'e'};
    private static final byte[] KEEP_ALIVE = {'k', 'e', 'e', 'p', '-', 'a', 'l', 'i', 'v', 'e'};

    /** {@link #read}: {@code close}. */
    static final int CLOSES = 1;
    /** {@link #read}: {@code keep-alive}. */
    static final int KEEPS_ALIVE = 2;
    /** {@link #read}: names of fields. */
    static final int FIELDS = 4;
    /** {@link #read}: {@code upgrade}, in addition to {@link #FIELDS}. */
    static final int UPGRADES = 8;

    private static final int MOST_OPTIONS = 64;

    private ConnectionOptions() {}

    /** Whether the connection stays, as far as the sender of the options is concerned (RFC 9112 §9.3). */
    static boolean keepsAlive(int options, int minorVersion) {
        return (options & CLOSES) == 0 && (minorVersion == 1 || (options & KEEPS_ALIVE) != 0);
    }

    /** Reads all {@code Connection} fields: what was found, as bits; less than 0: malformed, or too many to look up. */
    static int read(Head head) {
        int found = 0;
        int count = 0;
        for (int field = 0; field <= head.lastDropped(); field++) {
            if (head.id(field) != KnownField.CONNECTION) {
                continue;
            }
            int i = head.valueStart(field);
            int end = head.valueEnd(field);
            while (i < end) {
                int to = tokenEnd(head.a, i, end);
                if (to > i) {
                    int option = ++count > MOST_OPTIONS ? -1 : option(head, i, to);
                    if (option < 0) {
                        return -1;
                    }
                    found |= option;
                }
                i = whiteSpaceEnd(head.a, to, end);
                if (i < end) {
                    if (head.a[i] != ',') {
                        return -1;
                    }
                    i = whiteSpaceEnd(head.a, i + 1, end);
                }
            }
        }
        return found;
    }

    private static int tokenEnd(byte[] a, int from, int end) {
        int i = from;
        while (i < end && ByteClass.isToken(a[i])) {
            i++;
        }
        return i;
    }

    private static int whiteSpaceEnd(byte[] a, int from, int end) {
        int i = from;
        while (i < end && (a[i] == ' ' || a[i] == '\t')) {
            i++;
        }
        return i;
    }

    private static int option(Head head, int from, int to) {
        if (ByteClass.equalsIgnoreCase(head.a, from, to, KEEP_ALIVE)) {
            return KEEPS_ALIVE;
        }
        if (ByteClass.equalsIgnoreCase(head.a, from, to, CLOSE)) {
            return CLOSES;
        }
        for (int field = 0; field < head.fieldCount(); field++) {
            if (HostSyntax.equal(head.a, from, to, head.nameStart(field), head.nameEnd(field))) {
                int id = head.id(field);
                if (id == KnownField.HOST || id == KnownField.CONTENT_LENGTH || id == KnownField.TRANSFER_ENCODING) {
                    return -1;
                }
                head.drop(field);
            }
        }
        return ByteClass.equalsIgnoreCase(head.a, from, to, UPGRADE) ? FIELDS | UPGRADES : FIELDS;
    }
}
