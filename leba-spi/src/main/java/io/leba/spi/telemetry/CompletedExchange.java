package io.leba.spi.telemetry;

import io.leba.spi.OnLoop;
import io.leba.spi.balance.Backend;
import io.leba.spi.protocol.Outcome;
import java.net.InetSocketAddress;

/** One finished exchange. A flyweight: nothing of it may be kept. */
@OnLoop
public interface CompletedExchange {
    /** The loop that served it. */
    int loop();

    /** {@code http}, {@code tcp}, … */
    String protocol();

    /** The frontend's name. */
    String frontend();

    /** The route's name; empty for the default group. */
    String route();

    /** The group's name; empty if none was reached. */
    String group();

    /** The backend of the last attempt; null if none was picked. */
    Backend backend();

    /** The client's address, after trusted proxies. */
    InetSocketAddress client();

    /** When it began, milliseconds since 1970. */
    long startMillis();

    /** From the first byte of the request to the last byte of the response. */
    long durationNanos();

    /** Until the first byte from the backend; -1 if none came. */
    long firstByteNanos();

    /** Bytes received from the client. */
    long bytesIn();

    /** Bytes sent to the client. */
    long bytesOut();

    /** How often a backend was tried. */
    int attempts();

    /** How it ended. */
    Outcome outcome();

    /** Why LEBA itself ended or refused it ({@code head_too_large}); empty if it did not. */
    String reason();

    /** Shows what the protocol adds: {@code method}, {@code path}, {@code status}. */
    void attributes(AttributeVisitor visitor);

    /** Takes attributes, in a fixed order. */
    interface AttributeVisitor {
        /** A text; the sequence is valid during the call. */
        void text(String name, CharSequence value);

        /** A number. */
        void number(String name, long value);
    }
}
