package io.leba.spi.http;

import io.leba.spi.OnLoop;

/** A final response's head. Valid until it has been sent, on its loop. */
@OnLoop
public interface HttpResponse extends HttpHeaders {
    /** The status code. */
    int status();

    /** Whether it comes from a backend; false if LEBA or a filter answered. */
    boolean isFromBackend();
}
