package io.leba.plugin.protocol.http.h2.hpack;

import io.leba.plugin.protocol.http.h2.field.FieldKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The static table of RFC 7541 appendix A. */
final class StaticTable {
    /** How many entries there are; they are counted from 1. */
    static final int SIZE = 61;

    private static final String ENTRIES = """
            :authority
            :method GET
            :method POST
            :path /
            :path /index.html
            :scheme http
            :scheme https
            :status 200
            :status 204
            :status 206
            :status 304
            :status 400
            :status 404
            :status 500
            accept-charset
            accept-encoding gzip, deflate
            accept-language
            accept-ranges
            accept
            access-control-allow-origin
            age
            allow
            authorization
            cache-control
            content-disposition
            content-encoding
            content-language
            content-length
            content-location
            content-range
            content-type
            cookie
            date
            etag
            expect
            expires
            from
            host
            if-match
            if-modified-since
            if-none-match
            if-range
            if-unmodified-since
            last-modified
            link
            location
            max-forwards
            proxy-authenticate
            proxy-authorization
            range
            referer
            refresh
            retry-after
            server
            set-cookie
            strict-transport-security
            transfer-encoding
            user-agent
            vary
            via
            www-authenticate""";

    private static final byte[][] NAMES = new byte[SIZE + 1][];
    private static final byte[][] VALUES = new byte[SIZE + 1][];
    private static final byte[] KINDS = new byte[SIZE + 1];
    private static final int SLOTS = 256;
    /** The first entry of a name at the slot of the name's hash, or in those behind it. */
    private static final byte[] BY_NAME = new byte[SLOTS];

    static {
        String[] lines = ENTRIES.split("\n");
        for (int i = 1; i <= SIZE; i++) {
            String[] entry = lines[i - 1].split(" ", 2);
            NAMES[i] = entry[0].getBytes(StandardCharsets.US_ASCII);
            VALUES[i] = (entry.length > 1 ? entry[1] : "").getBytes(StandardCharsets.US_ASCII);
            KINDS[i] = (byte) FieldKind.of(NAMES[i], 0, NAMES[i].length);
            if (i == 1 || !Arrays.equals(NAMES[i], NAMES[i - 1])) {
                int slot = EncoderTable.hash(0, NAMES[i], 0, NAMES[i].length) & SLOTS - 1;
                while (BY_NAME[slot] != 0) {
                    slot = slot + 1 & SLOTS - 1;
                }
                BY_NAME[slot] = (byte) i;
            }
        }
    }

    private StaticTable() {}

    static byte[] name(int index) {
        return NAMES[index];
    }

    static byte[] value(int index) {
        return VALUES[index];
    }

    /** The {@link FieldKind} of an entry's name. */
    static int kind(int index) {
        return KINDS[index];
    }

    /** The first entry of a name, whose hash is given; 0: there is none. */
    static int ofName(int hash, byte[] a, int from, int to) {
        int slot = hash & SLOTS - 1;
        while (BY_NAME[slot] != 0) {
            int index = BY_NAME[slot];
            if (Arrays.equals(NAMES[index], 0, NAMES[index].length, a, from, to)) {
                return index;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        return 0;
    }

    /** The entry with this value among those of the name that begin at an index; 0: there is none. */
    static int ofValue(int first, byte[] a, int from, int to) {
        byte[] name = NAMES[first];
        for (int i = first; i <= SIZE && (i == first || Arrays.equals(NAMES[i], name)); i++) {
            if (VALUES[i].length > 0 && Arrays.equals(VALUES[i], 0, VALUES[i].length, a, from, to)) {
                return i;
            }
        }
        return 0;
    }
}
