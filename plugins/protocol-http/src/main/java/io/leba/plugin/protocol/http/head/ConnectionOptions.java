package io.leba.plugin.protocol.http.head;

import io.leba.plugin.protocol.http.answer.Reason;

/**
 * Reads {@code Connection} (RFC 9110 §7.6.1): whether the connection stays, and which further fields belong to this hop and
 * are left out of what is forwarded. A sender that lists a field which frames the message is up to something.
 */
final class ConnectionOptions {
    private static final byte[] CLOSE = {'c', 'l', 'o', 's', 'e'};
    private static final byte[] KEEP_ALIVE = {'k', 'e', 'e', 'p', '-', 'a', 'l', 'i', 'v', 'e'};

    private ConnectionOptions() {}

    /** Reads all {@code Connection} fields of a request; null, or what is wrong. */
    static Reason read(RequestHead head) {
        int last = head.lastDropped();
        for (int field = 0; field <= last; field++) {
            if (head.id(field) == KnownField.CONNECTION) {
                int found = read(head, field);
                if (found < 0) {
                    return Reason.BAD_CONNECTION;
                }
                if ((found & 1) != 0) {
                    head.option(true);
                }
                if ((found & 2) != 0) {
                    head.option(false);
                }
            }
        }
        return null;
    }

    /** Reads one field: bit 0 close, bit 1 keep-alive; less than 0: malformed. */
    static int read(Head head, int field) {
        int found = 0;
        int i = head.valueStart(field);
        int end = head.valueEnd(field);
        byte[] a = head.a;
        while (i < end) {
            int from = i;
            while (i < end && ByteClass.isToken(a[i])) {
                i++;
            }
            if (i > from) {
                int option = option(head, from, i);
                if (option < 0) {
                    return -1;
                }
                found |= option;
            }
            while (i < end && (a[i] == ' ' || a[i] == '\t')) {
                i++;
            }
            if (i < end) {
                if (a[i] != ',') {
                    return -1;
                }
                i++;
                while (i < end && (a[i] == ' ' || a[i] == '\t')) {
                    i++;
                }
            }
        }
        return found;
    }

    private static int option(Head head, int from, int to) {
        if (ByteClass.equalsIgnoreCase(head.a, from, to, KEEP_ALIVE)) {
            return 2;
        }
        if (ByteClass.equalsIgnoreCase(head.a, from, to, CLOSE)) {
            return 1;
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
        return 0;
    }
}
