package io.leba.plugin.admin.api;

import java.time.Duration;

/**
 * What a client may ask of the management address.
 *
 * @param connections how many may be open
 * @param answering how many requests are answered at a time; others wait
 * @param lineBytes the longest request line
 * @param headBytes the longest block of header fields
 * @param bodyBytes the longest request body
 * @param request how long a request may take to arrive, or a connection may wait for the next one
 * @param answer how long a client may take to take its answer
 * @param farewell how long a connection that is to end waits for a request that is on its way
 */
record Limits(
        int connections,
        int answering,
        int lineBytes,
        int headBytes,
        int bodyBytes,
        Duration request,
        Duration answer,
        Duration farewell) {
    static final Limits USUAL = new Limits(
            256,
            4,
            8 * 1024,
            32 * 1024,
            1024 * 1024,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1));
}
