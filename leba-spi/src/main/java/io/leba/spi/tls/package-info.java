/** What TLS tells of the peer: the handshake's results, and the certificate that a client has proven to hold. */
package io.leba.spi.tls;
