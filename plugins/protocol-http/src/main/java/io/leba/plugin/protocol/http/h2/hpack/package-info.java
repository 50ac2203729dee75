/** Field compression of HTTP/2 (RFC 7541), both ways, over arrays. */
package io.leba.plugin.protocol.http.h2.hpack;
