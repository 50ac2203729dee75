package io.leba.plugin.protocol.http.h2;

/**
 * How much a backend that speaks HTTP/2 is given by each loop.
 *
 * @param connections at a time
 * @param waiting exchanges that wait for a stream on them
 * @param connection what is taken from it on one of them
 */
public record BackendLimits(int connections, int waiting, Http2Limits connection) {}
