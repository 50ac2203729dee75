package io.leba.kernel.transport;

import io.leba.spi.TimeSource;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens of Retry packets (RFC 9000 §8.1): the time until which one is good, the connection id that the client chose first, and
 * a keyed digest over both and the client's address. So a client that brings one is where it says it is, and nothing is kept for those
 * that do not. One loop's; the key is shared by the loops of a socket, and lives in memory only.
 */
final class QuicTokens implements QuicTokenHandler {
    static final long GOOD_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final String ALGORITHM = "HmacSHA256";
    private static final int DIGEST = 32;
    private static final int TIME = 8;
    private static final int HEAD = DIGEST + TIME;
    private static final int LONGEST_ID = 20;

    private final Mac mac;
    private final TimeSource time;
    private final BooleanSupplier isNeeded;

    /** With a key, where clients without a token are asked for one while one is needed. */
    QuicTokens(byte[] key, TimeSource time, BooleanSupplier isNeeded) {
        this.time = time;
        this.isNeeded = isNeeded;
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    /** A new key. */
    static byte[] key() {
        byte[] key = new byte[DIGEST];
        new SecureRandom().nextBytes(key);
        return key;
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress client) {
        if (!isNeeded.getAsBoolean()) {
            return false;
        }
        byte[] id = bytes(connectionId, 0);
        long until = time.nanos() + GOOD_NANOS;
        out.writeBytes(digest(until, id, client)).writeLong(until).writeBytes(id);
        return true;
    }

    @Override
    public int validateToken(ByteBuf token, InetSocketAddress client) {
        int length = token.readableBytes();
        if (length < HEAD || length > HEAD + LONGEST_ID) {
            return -1;
        }
        byte[] said = new byte[DIGEST];
        token.getBytes(token.readerIndex(), said);
        long until = token.getLong(token.readerIndex() + DIGEST);
        byte[] expected = digest(until, bytes(token, HEAD), client);
        long left = until - time.nanos();
        boolean isGood = MessageDigest.isEqual(said, expected) && left > 0 && left <= GOOD_NANOS;
        return isGood ? HEAD : -1;
    }

    @Override
    public int maxTokenLength() {
        return HEAD + LONGEST_ID;
    }

    private byte[] digest(long until, byte[] id, InetSocketAddress client) {
        mac.update(ByteBuffer.allocate(TIME + 4)
                .putLong(until)
                .putInt(client.getPort())
                .flip());
        mac.update(client.getAddress().getAddress());
        mac.update(id);
        return Arrays.copyOf(mac.doFinal(), DIGEST);
    }

    private static byte[] bytes(ByteBuf from, int offset) {
        byte[] bytes = new byte[from.readableBytes() - offset];
        from.getBytes(from.readerIndex() + offset, bytes);
        return bytes;
    }
}
