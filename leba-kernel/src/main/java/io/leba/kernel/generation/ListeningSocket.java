package io.leba.kernel.generation;

import io.leba.kernel.transport.Listener;

/**
 * A listening socket with what identifies it, so that another process can take it over.
 *
 * @param host an IP address; empty: all addresses of this host
 * @param port the port asked for; 0 if the system was to choose one
 * @param name who asked, if the port is 0; else empty
 * @param listener the socket
 */
public record ListeningSocket(String host, int port, String name, Listener listener) {}
