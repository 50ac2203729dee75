/**
 * TCP, passed on as it is: a client connection is joined with one to a backend. A {@link
 * io.leba.plugin.protocol.tcp.TcpSession} finds the backend; a relay moves the bytes.
 */
package io.leba.plugin.protocol.tcp;
