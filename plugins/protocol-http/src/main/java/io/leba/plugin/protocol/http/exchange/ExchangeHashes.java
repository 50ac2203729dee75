package io.leba.plugin.protocol.http.exchange;

import io.leba.plugin.protocol.http.head.RequestHead;
import io.leba.spi.balance.Hash64;
import io.leba.spi.balance.HashKey;
import io.leba.spi.protocol.Group;

/** Hashes of what algorithms may ask for, over the bytes of the head. */
final class ExchangeHashes implements Group.ExchangeKeys {
    private final Exchange exchange;

    ExchangeHashes(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public long hash(HashKey key) {
        RequestHead head = exchange.request();
        return switch (key.kind()) {
            case CLIENT_IP -> address();
            case PATH ->
                range(head.bytes(), head.line().pathStart(), head.line().pathEnd());
            case HOST -> head.hasHost() ? lower(head.bytes(), head.hostStart(), head.hostEnd()) : ABSENT;
            case QUERY -> query(head, key.name());
            case HEADER -> header(head, key.name());
            case COOKIE -> cookie(head, key.name());
            case USER, DATABASE, CALL_ID -> ABSENT;
        };
    }

    private long address() {
        ClientStream client = exchange.client();
        if (ClientOrigin.isTold(exchange)) {
            return present(Hash64.of(ClientOrigin.of(exchange).getAddress().getAddress()));
        }
        return client.addressHash();
    }

    private static long range(byte[] a, int from, int to) {
        long hash = Hash64.SEED;
        for (int i = from; i < to; i++) {
            hash = Hash64.add(hash, a[i]);
        }
        return present(Hash64.finish(hash));
    }

    private static long lower(byte[] a, int from, int to) {
        long hash = Hash64.SEED;
        for (int i = from; i < to; i++) {
            byte c = a[i];
            hash = Hash64.add(hash, c >= 'A' && c <= 'Z' ? (byte) (c | 0x20) : c);
        }
        return present(Hash64.finish(hash));
    }

    private static long present(long hash) {
        return hash == ABSENT ? 1 : hash;
    }

    private static long header(RequestHead head, String name) {
        int field = find(head, name, 0);
        return field < 0 ? ABSENT : range(head.bytes(), head.valueStart(field), head.valueEnd(field));
    }

    private static int find(RequestHead head, String name, int from) {
        for (int field = from; field < head.fieldCount(); field++) {
            int start = head.nameStart(field);
            if (isName(head.bytes(), start, head.nameEnd(field), name, true)) {
                return field;
            }
        }
        return -1;
    }

    private static boolean isName(byte[] a, int from, int to, String name, boolean ignoresCase) {
        if (to - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            int x = a[from + i] & 0xff;
            int y = name.charAt(i);
            if (x != y && !(ignoresCase && isLetter(x) && (x | 0x20) == (y | 0x20))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(int c) {
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'z';
    }

    private static long cookie(RequestHead head, String name) {
        byte[] a = head.bytes();
        for (int field = find(head, "cookie", 0); field >= 0; field = find(head, "cookie", field + 1)) {
            int end = head.valueEnd(field);
            int i = head.valueStart(field);
            while (i < end) {
                int stop = indexOf(a, i, end, ';');
                int equals = indexOf(a, i, stop, '=');
                if (equals < stop && isName(a, i, equals, name, false)) {
                    return range(a, equals + 1, stop);
                }
                i = stop + 1;
                while (i < end && a[i] == ' ') {
                    i++;
                }
            }
        }
        return ABSENT;
    }

    private static long query(RequestHead head, String name) {
        byte[] a = head.bytes();
        int end = head.line().targetEnd();
        int i = head.line().pathEnd() + 1;
        while (i < end) {
            int stop = indexOf(a, i, end, '&');
            int equals = indexOf(a, i, stop, '=');
            if (isName(a, i, equals, name, false)) {
                return range(a, Math.min(equals + 1, stop), stop);
            }
            i = stop + 1;
        }
        return ABSENT;
    }

    private static int indexOf(byte[] a, int from, int to, char c) {
        int i = from;
        while (i < to && a[i] != c) {
            i++;
        }
        return i;
    }
}
