package io.leba.spi.http;

import io.leba.spi.OnLoop;
import java.util.function.BiConsumer;

/** The fields behind a body (RFC 9110 §6.5); valid during the call that shows them. Those that LEBA never forwards are not among them. */
@OnLoop
public interface HttpTrailers {
    /** Whether there are none. */
    boolean isEmpty();

    /** Calls the consumer with each field in order. */
    void forEach(BiConsumer<String, String> consumer);
}
