package io.leba.plugin.protocol.http.head;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The fields that LEBA acts on: what frames a message, belongs to one hop, or says who the client is. Recognised by length
 * and a comparison of words, without case; a name with underscores in place of hyphens is recognised as a disguise, because
 * CGI-like backends cannot tell the two apart.
 */
public final class KnownField {
    /** No field of interest. */
    public static final int OTHER = 0;
    /** {@code Host}. */
    public static final int HOST = 1;
    /** {@code Content-Length}. */
    public static final int CONTENT_LENGTH = 2;
    /** {@code Transfer-Encoding}. */
    public static final int TRANSFER_ENCODING = 3;
    /** {@code Connection}. */
    public static final int CONNECTION = 4;
    /** {@code Expect}. */
    public static final int EXPECT = 5;
    /** {@code Upgrade}. */
    public static final int UPGRADE = 6;
    /** {@code Via}. */
    public static final int VIA = 7;
    /** {@code Date}. */
    public static final int DATE = 8;
    /** {@code X-Forwarded-For}. */
    public static final int X_FORWARDED_FOR = 9;
    /** {@code X-Forwarded-Proto}. */
    public static final int X_FORWARDED_PROTO = 10;
    /** {@code X-Forwarded-Host}. */
    public static final int X_FORWARDED_HOST = 11;
    /** {@code Forwarded}. */
    public static final int FORWARDED = 12;
    /** What else says where a request came from: {@code X-Real-IP}, {@code X-Forwarded-*}, {@code Client-Cert}. */
    public static final int ORIGIN_CLAIM = 13;
    /** What belongs to one hop: {@code Keep-Alive}, {@code TE}, {@code Proxy-*}, {@code HTTP2-Settings}; and {@code Proxy}, which CGI mistakes for a setting. */
    public static final int HOP_BY_HOP = 14;
    /** {@code Trailer}. */
    public static final int TRAILER = 15;
    /** {@code Max-Forwards}. */
    public static final int MAX_FORWARDS = 16;
    /** Set in addition when a known name is written with underscores. */
    public static final int DISGUISED = 64;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOWER = 0x2020202020202020L;

    private static final long HOST_WORD = word("host");
    private static final long DATE_WORD = word("date");
    private static final long TE_WORD = word("te");
    private static final long VIA_WORD = word("via");
    private static final long PROXY_WORD = word("proxy");
    private static final long EXPECT_WORD = word("expect");
    private static final long TRAILER_WORD = word("trailer");
    private static final long UPGRADE_WORD = word("upgrade");
    private static final long[] FORWARDED_WORDS = words("forwarded");
    private static final long[] X_REAL_IP = words("x-real-ip");
    private static final long[] CONNECTION_WORDS = words("connection");
    private static final long[] KEEP_ALIVE = words("keep-alive");
    private static final long[] CLIENT_CERT = words("client-cert");
    private static final long[] MAX_FORWARDS_WORDS = words("max-forwards");
    private static final long[] CONTENT_LENGTH_WORDS = words("content-length");
    private static final long[] HTTP2_SETTINGS = words("http2-settings");
    private static final long[] FORWARDED_FOR = words("x-forwarded-for");
    private static final long[] FORWARDED_HOST = words("x-forwarded-host");
    private static final long[] PROXY_CONNECTION = words("proxy-connection");
    private static final long[] TRANSFER_ENCODING_WORDS = words("transfer-encoding");
    private static final long[] CLIENT_CERT_CHAIN = words("client-cert-chain");
    private static final long[] FORWARDED_PROTO = words("x-forwarded-proto");
    private static final long[] PROXY_AUTHENTICATE = words("proxy-authenticate");
    private static final long[] PROXY_AUTHORIZATION = words("proxy-authorization");
    private static final long[] FORWARDED_PREFIX = words("x-forwarded-");

    private KnownField() {}

    /**
     * What the name is. The name must have been checked to be a token, and be followed by at least eight readable bytes in
     * the array.
     */
    static int of(byte[] a, int start, int length) {
        long first = (long) WORD.get(a, start) | LOWER;
        switch (length) {
            case 2:
                return (first & 0xffffL) == TE_WORD ? HOP_BY_HOP : OTHER;
            case 3:
                return (first & 0xffffffL) == VIA_WORD ? VIA : OTHER;
            case 4:
                first &= 0xffffffffL;
                return first == HOST_WORD ? HOST : first == DATE_WORD ? DATE : OTHER;
            case 5:
                return (first & 0xffffffffffL) == PROXY_WORD ? HOP_BY_HOP : OTHER;
            case 6:
                return (first & 0xffffffffffffL) == EXPECT_WORD ? EXPECT : OTHER;
            case 7:
                first &= 0xffffffffffffffL;
                return first == TRAILER_WORD ? TRAILER : first == UPGRADE_WORD ? UPGRADE : OTHER;
            case 9:
                return is(a, start, first, 9, FORWARDED_WORDS, FORWARDED)
                        | is(a, start, first, 9, X_REAL_IP, ORIGIN_CLAIM);
            case 10:
                return is(a, start, first, 10, CONNECTION_WORDS, CONNECTION)
                        | is(a, start, first, 10, KEEP_ALIVE, HOP_BY_HOP);
            case 11:
                return is(a, start, first, 11, CLIENT_CERT, ORIGIN_CLAIM);
            case 12:
                return is(a, start, first, 12, MAX_FORWARDS_WORDS, MAX_FORWARDS);
            case 14:
                return is(a, start, first, 14, CONTENT_LENGTH_WORDS, CONTENT_LENGTH)
                        | is(a, start, first, 14, HTTP2_SETTINGS, HOP_BY_HOP);
            case 15:
                return forwarded(a, start, first, 15, is(a, start, first, 15, FORWARDED_FOR, X_FORWARDED_FOR));
            case 16:
                return forwarded(
                        a,
                        start,
                        first,
                        16,
                        is(a, start, first, 16, FORWARDED_HOST, X_FORWARDED_HOST)
                                | is(a, start, first, 16, PROXY_CONNECTION, HOP_BY_HOP));
            case 17:
                return forwarded(
                        a,
                        start,
                        first,
                        17,
                        is(a, start, first, 17, TRANSFER_ENCODING_WORDS, TRANSFER_ENCODING)
                                | is(a, start, first, 17, FORWARDED_PROTO, X_FORWARDED_PROTO)
                                | is(a, start, first, 17, CLIENT_CERT_CHAIN, ORIGIN_CLAIM));
            case 18:
                return forwarded(a, start, first, 18, is(a, start, first, 18, PROXY_AUTHENTICATE, HOP_BY_HOP));
            case 19:
                return forwarded(a, start, first, 19, is(a, start, first, 19, PROXY_AUTHORIZATION, HOP_BY_HOP));
            default:
                return length > 12 ? forwarded(a, start, first, length, OTHER) : OTHER;
        }
    }

    /** Any other {@code X-Forwarded-…}. */
    private static int forwarded(byte[] a, int start, long first, int length, int known) {
        return known != OTHER ? known : is(a, start, first, 12, FORWARDED_PREFIX, ORIGIN_CLAIM);
    }

    private static int is(byte[] a, int start, long first, int length, long[] words, int id) {
        if (dashed(first) != words[0]) {
            return OTHER;
        }
        boolean disguised = first != words[0];
        int i = 8;
        for (int w = 1; i < length; w++, i += 8) {
            long word = (long) WORD.get(a, start + i) | LOWER;
            if (length - i < 8) {
                word &= (1L << ((length - i) << 3)) - 1;
            }
            if (word != words[w]) {
                if (dashed(word) != words[w]) {
                    return OTHER;
                }
                disguised = true;
            }
        }
        return disguised ? id | DISGUISED : id;
    }

    /** Turns underscores, which {@code | LOWER} has made DEL, into hyphens. No token has a DEL. */
    private static long dashed(long word) {
        long x = word ^ 0x7f7f7f7f7f7f7f7fL;
        long del = ~(((x & 0x7f7f7f7f7f7f7f7fL) + 0x7f7f7f7f7f7f7f7fL) | x) & 0x8080808080808080L;
        long ones = del >>> 7;
        return word ^ (ones * (0x7f ^ '-'));
    }

    private static long word(String text) {
        return words(text)[0];
    }

    private static long[] words(String text) {
        long[] words = new long[(text.length() + 7) / 8];
        for (int i = 0; i < text.length(); i++) {
            words[i >> 3] |= (long) text.charAt(i) << ((i & 7) << 3);
        }
        return words;
    }
}
