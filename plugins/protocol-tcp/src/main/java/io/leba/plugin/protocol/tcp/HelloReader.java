package io.leba.plugin.protocol.tcp;

import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Finds the TLS hello at the beginning of a connection, in however many records and pieces it comes. Remembers how far it has
 * looked: each byte is looked at once. What it holds is bounded by {@value #MOST_BYTES}.
 */
@OnLoop
final class HelloReader {
    /** The longest hello that is read. */
    static final int MOST_BYTES = 16 * 1024;

    private static final int MOST_IN_RECORDS = 2 * MOST_BYTES;
    private static final int RECORD_HEAD = 5;
    private static final int MESSAGE_HEAD = 4;
    private static final int MOST_IN_A_RECORD = 1 << 14;

    private byte[] message = new byte[512];
    private int size;
    private int looked;

    /** Bytes of the current record that are still to come; before the first record 0 too. */
    private int left;

    private ClientHello hello;

    /** What a connection begins with. */
    enum Found {
        /** It may be a hello; more is needed. */
        MORE,
        /** Something else than TLS. */
        NO_TLS,
        /** A hello: {@link #hello}. */
        HELLO,
        /** It begins as a hello and goes on as none may. */
        MALFORMED,
        /** A hello that is longer than is read. */
        TOO_LARGE
    }

    /** The hello that was found. */
    ClientHello hello() {
        return hello;
    }

    /** @param all everything that has come since the beginning; what an earlier call saw is not looked at again */
    Found read(ByteBuf all) {
        int readable = all.readableBytes();
        int from = all.readerIndex();
        while (true) {
            if (left == 0) {
                Found record = record(all, from, readable);
                if (record != Found.HELLO) {
                    return record;
                }
            }
            int count = Math.min(left, readable - looked);
            take(all, from + looked, Math.min(count, MOST_BYTES + MESSAGE_HEAD - size));
            looked += count;
            left -= count;
            if (size > 0 && message[0] != 1) {
                return looked - count <= RECORD_HEAD ? Found.NO_TLS : Found.MALFORMED;
            }
            if (size >= MESSAGE_HEAD) {
                int length = (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | message[3] & 0xff;
                if (length > MOST_BYTES) {
                    return Found.TOO_LARGE;
                }
                if (size >= MESSAGE_HEAD + length) {
                    hello = ClientHello.parse(message, MESSAGE_HEAD, MESSAGE_HEAD + length);
                    return hello == null ? Found.MALFORMED : Found.HELLO;
                }
            }
            if (looked > MOST_IN_RECORDS) {
                return Found.TOO_LARGE; // in records of next to nothing
            }
            if (looked == readable) {
                return Found.MORE;
            }
        }
    }

    /** Reads the head of a record, which begins where was looked last; {@link Found#HELLO} if it may be one of a hello. */
    private Found record(ByteBuf all, int from, int readable) {
        Found otherwise = looked == 0 ? Found.NO_TLS : Found.MALFORMED;
        int there = readable - looked;
        int at = from + looked;
        if (there > 0 && all.getByte(at) != 22
                || there > 1 && all.getByte(at + 1) != 3
                || there > 2 && all.getUnsignedByte(at + 2) > 4) {
            return otherwise;
        }
        if (there < RECORD_HEAD) {
            return Found.MORE;
        }
        left = all.getUnsignedShort(at + 3);
        looked += RECORD_HEAD;
        return left == 0 || left > MOST_IN_A_RECORD ? otherwise : Found.HELLO;
    }

    private void take(ByteBuf all, int at, int count) {
        if (message.length - size < count) {
            message = Arrays.copyOf(message, Math.max(message.length * 2, size + count));
        }
        all.getBytes(at, message, size, count);
        size += count;
    }
}
