package io.leba.spi.protocol;

import io.leba.spi.OnLoop;
import io.netty.buffer.ByteBuf;

/** Recognises a protocol from the first bytes that a client sends, so that one port can serve many. */
@FunctionalInterface
public interface Detector {
    /** Recognises nothing. */
    Detector NEVER = bytes -> Detection.NO;

    /**
     * Looks at what has come so far without moving the reader index.
     *
     * @param bytes one byte or more; grows with each call until an answer other than {@code MORE} or the kernel's limit
     */
    @OnLoop
    Detection detect(ByteBuf bytes);

    /**
     * Whether clients of this protocol wait for the server to speak (MySQL, SMTP): such a protocol takes a connection on which
     * nothing came for a short while ({@code detect_timeout}). Its {@link #detect} may still recognise clients that do speak.
     */
    @OnLoop
    default boolean serverSpeaksFirst() {
        return false;
    }

    /** An answer. */
    enum Detection {
        /** It is this protocol. */
        YES,
        /** It is not. */
        NO,
        /** It may be; more bytes are needed. */
        MORE
    }
}
