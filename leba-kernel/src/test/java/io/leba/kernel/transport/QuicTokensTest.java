package io.leba.kernel.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leba.spi.TimeSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuicTokensTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 4000);
    private static final byte[] ID = {1, 2, 3, 4, 5, 6, 7, 8};

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // what is compared may overflow
    private final TimeSource time = new TimeSource() {
        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    };
    private final QuicTokens tokens = new QuicTokens(QuicTokens.key(), time, () -> true);

    private ByteBuf token() {
        ByteBuf out = Unpooled.buffer(tokens.maxTokenLength());
        assertTrue(tokens.writeToken(out, Unpooled.wrappedBuffer(ID), CLIENT));
        return out;
    }

    @Test
    void a_token_brings_back_the_connection_id() {
        ByteBuf token = token();
        int offset = tokens.validateToken(token, CLIENT);
        assertEquals(Unpooled.wrappedBuffer(ID), token.slice(offset, token.readableBytes() - offset));
    }

    @Test
    void it_is_worth_nothing_from_elsewhere() {
        assertEquals(-1, tokens.validateToken(token(), new InetSocketAddress("192.0.2.2", 4000)));
        assertEquals(-1, tokens.validateToken(token(), new InetSocketAddress("192.0.2.1", 4001)));
    }

    @Test
    void it_is_worth_nothing_after_its_time() {
        ByteBuf token = token();
        nanos.addAndGet(QuicTokens.GOOD_NANOS - 1);
        assertTrue(tokens.validateToken(token, CLIENT) > 0);
        nanos.incrementAndGet();
        assertEquals(-1, tokens.validateToken(token, CLIENT));
    }

    @Test
    void no_byte_of_it_can_be_changed() {
        for (int i = 0; i < token().readableBytes(); i++) {
            ByteBuf token = token();
            token.setByte(i, token.getByte(i) ^ 1);
            assertEquals(-1, tokens.validateToken(token, CLIENT), "byte " + i);
        }
        assertEquals(-1, tokens.validateToken(token().readerIndex(1), CLIENT));
        assertEquals(-1, tokens.validateToken(Unpooled.EMPTY_BUFFER, CLIENT));
        assertEquals(-1, tokens.validateToken(Unpooled.buffer().writeZero(100), CLIENT));
    }

    @Test
    void another_process_has_another_key() {
        QuicTokens other = new QuicTokens(QuicTokens.key(), time, () -> true);
        assertEquals(-1, other.validateToken(token(), CLIENT));
    }

    @Test
    void tokens_are_asked_for_while_they_are_needed() {
        AtomicBoolean isNeeded = new AtomicBoolean();
        QuicTokens sometimes = new QuicTokens(QuicTokens.key(), time, isNeeded::get);
        assertFalse(sometimes.writeToken(Unpooled.buffer(), Unpooled.wrappedBuffer(ID), CLIENT));
        isNeeded.set(true);
        assertTrue(sometimes.writeToken(Unpooled.buffer(), Unpooled.wrappedBuffer(ID), CLIENT));
    }

    @Test
    void a_missing_library_is_told_once() {
        AtomicBoolean isTold = new AtomicBoolean();
        assertTrue(QuicLibrary.isHere(null, isTold));
        assertFalse(isTold.get());
        assertFalse(QuicLibrary.isHere(new UnsatisfiedLinkError("none for this platform"), isTold));
        assertTrue(isTold.get());
        assertFalse(QuicLibrary.isHere(new UnsatisfiedLinkError("none for this platform"), isTold));
    }
}
