package io.leba.plugin.protocol.http.h3.qpack;

import io.leba.plugin.protocol.http.h2.field.FieldKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The static table of RFC 9204 appendix A. */
final class StaticTable {
    private static final String ENTRIES = """
            :authority
            :path /
            age 0
            content-disposition
            content-length 0
            cookie
            date
            etag
            if-modified-since
            if-none-match
            last-modified
            link
            location
            referer
            set-cookie
            :method CONNECT
            :method DELETE
            :method GET
            :method HEAD
            :method OPTIONS
            :method POST
            :method PUT
            :scheme http
            :scheme https
            :status 103
            :status 200
            :status 304
            :status 404
            :status 503
            accept */*
            accept application/dns-message
            accept-encoding gzip, deflate, br
            accept-ranges bytes
            access-control-allow-headers cache-control
            access-control-allow-headers content-type
            access-control-allow-origin *
            cache-control max-age=0
            cache-control max-age=2592000
            cache-control max-age=604800
            cache-control no-cache
            cache-control no-store
            cache-control public, max-age=31536000
            content-encoding br
            content-encoding gzip
            content-type application/dns-message
            content-type application/javascript
            content-type application/json
            content-type application/x-www-form-urlencoded
            content-type image/gif
            content-type image/jpeg
            content-type image/png
            content-type text/css
            content-type text/html; charset=utf-8
            content-type text/plain
            content-type text/plain;charset=utf-8
            range bytes=0-
            strict-transport-security max-age=31536000
            strict-transport-security max-age=31536000; includesubdomains
            strict-transport-security max-age=31536000; includesubdomains; preload
            vary accept-encoding
            vary origin
            x-content-type-options nosniff
            x-xss-protection 1; mode=block
            :status 100
            :status 204
            :status 206
            :status 302
            :status 400
            :status 403
            :status 421
            :status 425
            :status 500
            accept-language
            access-control-allow-credentials FALSE
            access-control-allow-credentials TRUE
            access-control-allow-headers *
            access-control-allow-methods get
            access-control-allow-methods get, post, options
            access-control-allow-methods options
            access-control-expose-headers content-length
            access-control-request-headers content-type
            access-control-request-method get
            access-control-request-method post
            alt-svc clear
            authorization
            content-security-policy script-src 'none'; object-src 'none'; base-uri 'none'
            early-data 1
            expect-ct
            forwarded
            if-range
            origin
            purpose prefetch
            server
            timing-allow-origin *
            upgrade-insecure-requests 1
            user-agent
            x-forwarded-for
            x-frame-options deny
            x-frame-options sameorigin""";

    private static final int SLOTS = 512;
    private static final byte[][] NAMES;
    private static final byte[][] VALUES;
    private static final byte[] KINDS;
    /** One more than an entry, at the slot of its name's hash with its value's, or in those behind it. */
    private static final byte[] BY_FIELD = new byte[SLOTS];
    /** The same for the first entry of a name. */
    private static final byte[] BY_NAME = new byte[SLOTS];

    static {
        String[] lines = ENTRIES.split("\n");
        NAMES = new byte[lines.length][];
        VALUES = new byte[lines.length][];
        KINDS = new byte[lines.length];
        for (int i = 0; i < lines.length; i++) {
            String[] entry = lines[i].split(" ", 2);
            NAMES[i] = entry[0].getBytes(StandardCharsets.US_ASCII);
            VALUES[i] = (entry.length > 1 ? entry[1] : "").getBytes(StandardCharsets.US_ASCII);
            KINDS[i] = (byte) FieldKind.of(NAMES[i], 0, NAMES[i].length);
            int hash = hash(0, NAMES[i], 0, NAMES[i].length);
            if (name(hash, NAMES[i], NAMES[i].length) < 0) {
                put(BY_NAME, hash, i);
            }
            put(BY_FIELD, hash(hash, VALUES[i], 0, VALUES[i].length), i);
        }
    }

    private StaticTable() {}

    private static void put(byte[] slots, int hash, int index) {
        int slot = slot(hash);
        while (slots[slot] != 0) {
            slot = slot + 1 & SLOTS - 1;
        }
        slots[slot] = (byte) (index + 1);
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }

    /** Continues a hash. */
    static int hash(int before, byte[] a, int from, int to) {
        int hash = before * 31 + to - from;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + a[i];
        }
        return hash;
    }

    /** How many entries there are; they are counted from 0. */
    static int size() {
        return NAMES.length;
    }

    static byte[] name(int index) {
        return NAMES[index];
    }

    static byte[] value(int index) {
        return VALUES[index];
    }

    static int kind(int index) {
        return KINDS[index];
    }

    /** The first entry of a name, which begins its array, or -1. */
    static int name(int hash, byte[] name, int length) {
        for (int slot = slot(hash); BY_NAME[slot] != 0; slot = slot + 1 & SLOTS - 1) {
            int index = BY_NAME[slot] - 1;
            if (Arrays.equals(NAMES[index], 0, NAMES[index].length, name, 0, length)) {
                return index;
            }
        }
        return -1;
    }

    /** The entry of a name and a value, or -1. */
    static int field(int nameHash, byte[] name, int length, byte[] value, int from, int to) {
        int hash = hash(nameHash, value, from, to);
        for (int slot = slot(hash); BY_FIELD[slot] != 0; slot = slot + 1 & SLOTS - 1) {
            int index = BY_FIELD[slot] - 1;
            if (Arrays.equals(NAMES[index], 0, NAMES[index].length, name, 0, length)
                    && Arrays.equals(VALUES[index], 0, VALUES[index].length, value, from, to)) {
                return index;
            }
        }
        return -1;
    }
}
