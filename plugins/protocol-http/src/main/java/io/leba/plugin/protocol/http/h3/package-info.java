/** HTTP/3 (RFC 9114) as bytes on QUIC's streams: frames, messages, settings and their faults. Knows no channel and no exchange. */
package io.leba.plugin.protocol.http.h3;
