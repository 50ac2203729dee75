package io.leba.plugin.health.grpc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.BiConsumer;

/** Reads the header blocks of one connection (RFC 7541). */
final class HeaderBlock {
    private static final int TABLE_SIZE = 4096;
    private static final int OVERHEAD = 32;
    private static final int LARGEST_NUMBER = 1 << 20;

    /** The static table (RFC 7541 appendix A): a name, or a name and its value, for each index from 1. */
    private static final String[] STATIC =
            (":authority|:method GET|:method POST|:path /|:path /index.html|:scheme http|"
                            + ":scheme https|:status 200|:status 204|:status 206|:status 304|:status 400|:status 404|:status 500|"
                            + "accept-charset|accept-encoding gzip, deflate|accept-language|accept-ranges|accept|"
                            + "access-control-allow-origin|age|allow|authorization|cache-control|content-disposition|"
                            + "content-encoding|content-language|content-length|content-location|content-range|content-type|cookie|"
                            + "date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|"
                            + "if-unmodified-since|last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|"
                            + "range|referer|refresh|retry-after|server|set-cookie|strict-transport-security|transfer-encoding|"
                            + "user-agent|vary|via|www-authenticate")
                    .split("\\|");

    private record Field(String name, String value) {
        int size() {
            return name.length() + value.length() + OVERHEAD;
        }

        static Field known(int index) {
            String entry = STATIC[index - 1];
            int space = entry.indexOf(' ');
            return space < 0 ? new Field(entry, "") : new Field(entry.substring(0, space), entry.substring(space + 1));
        }
    }

    private final Deque<Field> table = new ArrayDeque<>();
    private int size;
    private int limit = TABLE_SIZE;
    private byte[] in;
    private int at;

    /** Tells each field of a whole block. Blocks must be given in their order. */
    void decode(byte[] block, BiConsumer<String, String> onField) throws MalformedAnswer {
        in = block;
        at = 0;
        while (at < in.length) {
            int first = in[at] & 0xff;
            if (first >= 0x80) {
                Field field = field(number(7));
                onField.accept(field.name, field.value);
            } else if (first >= 0x40) {
                Field field = literal(6);
                remember(field);
                onField.accept(field.name, field.value);
            } else if (first >= 0x20) {
                limit = number(5);
                require(limit <= TABLE_SIZE);
                evict(0);
            } else {
                Field field = literal(4);
                onField.accept(field.name, field.value);
            }
        }
    }

    private static void require(boolean isSo) throws MalformedAnswer {
        if (!isSo) {
            throw new MalformedAnswer("malformed header block");
        }
    }

    private Field literal(int bits) throws MalformedAnswer {
        int index = number(bits);
        String name = index == 0 ? text() : field(index).name;
        return new Field(name, text());
    }

    private Field field(int index) throws MalformedAnswer {
        require(index > 0 && index <= STATIC.length + table.size());
        if (index <= STATIC.length) {
            return Field.known(index);
        }
        Iterator<Field> entries = table.iterator();
        for (int i = STATIC.length + 1; i < index; i++) {
            entries.next();
        }
        return entries.next();
    }

    private void remember(Field field) {
        evict(field.size());
        if (field.size() <= limit) {
            table.addFirst(field);
            size += field.size();
        }
    }

    private void evict(int wanted) {
        while (!table.isEmpty() && size + wanted > limit) {
            size -= table.removeLast().size();
        }
    }

    /** An integer whose first byte has so many bits for it (RFC 7541 §5.1). */
    private int number(int bits) throws MalformedAnswer {
        require(at < in.length);
        int mask = (1 << bits) - 1;
        int value = in[at++] & mask;
        if (value < mask) {
            return value;
        }
        for (int shift = 0; ; shift += 7) {
            require(at < in.length && shift <= 21);
            int next = in[at++];
            value += (next & 127) << shift;
            require(value <= LARGEST_NUMBER);
            if (next >= 0) {
                return value;
            }
        }
    }

    private String text() throws MalformedAnswer {
        require(at < in.length);
        boolean isCompressed = in[at] < 0;
        int length = number(7);
        require(length <= in.length - at);
        int from = at;
        at += length;
        return isCompressed
                ? HuffmanCode.decode(in, from, at)
                : new String(in, from, length, StandardCharsets.ISO_8859_1);
    }
}
